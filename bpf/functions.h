/* System calls at their end, where the kernel lets programs hang on functions: one program for each
 * function that is watched, made of its family's body and of what is known about the call, so that
 * other calls cost nothing. No jumps between them: kernels refuse jumps between functions whose types
 * they hold to be different, and in their BTF even equal ones are.
 *
 * Assumed prototype: long __x64_sys_NAME(const struct pt_regs *regs)
 */
#pragma once

#define AT_FUNCTION(program, function, family, what, is32)                                         \
	SEC("?fexit/__" #function)                                                                 \
	int BPF_PROG(program, struct pt_regs *regs, long ret)                                      \
	{                                                                                          \
		struct call_args args = { .call = what, .compat = is32 };                          \
		if (!is_watched(bpf_get_current_task_btf()) || !is_end(what, ret))                 \
			return 0;                                                                  \
		struct scratch *s = claim();                                                       \
		if (!s)                                                                            \
			return 0;                                                                  \
		fill_args(regs, &args);                                                            \
		on_##family##_body(s, args, is_restart(ret) ? -EINTR : ret);                       \
		give_back(s);                                                                      \
		return 0;                                                                          \
	}
WATCHED_FUNCTIONS(AT_FUNCTION)
