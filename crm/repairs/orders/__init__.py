"""The repair order 维修单: its workflow, its clocks, who pays, and its paper."""
