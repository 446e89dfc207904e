"""催缴: each estate's ordered steps, who is spared them, the demand letters that went out and how they were served."""
