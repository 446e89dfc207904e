"""鉴定与销毁: how long dossiers are kept, what holds them back, and how they end: never by themselves (2.5)."""
