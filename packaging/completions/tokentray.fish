# Read the first time that tokentray is completed.
tokentray completion fish | source
