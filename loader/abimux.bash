# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # set by bash-completion
# bash completion of abimux: the command itself knows its words.

_abimux()
{
	local cur words cword candidates
	_get_comp_words_by_ref -n : cur words cword

	candidates=$("${words[0]}" __complete "${words[@]:1:cword}" 2>/dev/null)
	if [ "$candidates" = :command ]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
		return
	fi
	[ -n "$candidates" ] || return
	mapfile -t COMPREPLY <<<"$candidates"
	[[ ${COMPREPLY[0]} == *: ]] && compopt -o nospace
	__ltrim_colon_completions "$cur"
}

complete -o default -F _abimux abimux
