"""All blueprints of the package."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
