# Read by bash-completion the first time that tokentray is completed.
eval "$(tokentray completion bash)"
