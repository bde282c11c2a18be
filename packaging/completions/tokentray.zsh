#compdef tokentray
# Read the first time that tokentray is completed: what is read then takes this one's name.
eval "$(tokentray completion zsh)"
_tokentray "$@"
