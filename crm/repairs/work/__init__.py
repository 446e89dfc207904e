"""The worker's phone: today's jobs, photos, materials, quote and consent, signature."""
