"""The pacing rules: what a plan is looked at for before an evening begins (docs/content.md). Pure.

`look` has what a rule may see; `depth`, `rest`, `air` and `fit` have the rules; `check` runs them.
Their words, numbers, severity and sources stand in circle/content/pacing.toml.
"""
