/* Looks at members of kernel objects. Where the kernel takes it (6.2 on), an address is declared to be that of an
 * object and its members are plain loads, which read zeros where nothing is; elsewhere each is copied out by a call,
 * which costs several times as much. Tried by user space at the load (`sensor/src/kernel/load.rs`). */
#pragma once

const volatile u32 looks_directly = 0;

#define LOOK(from, ...)                                                                            \
	({                                                                                         \
		___type((from), __VA_ARGS__) seen_;                                                \
		if (looks_directly)                                                                \
			seen_ = ___arrow(bpf_core_cast((from), typeof(*(from))), __VA_ARGS__);     \
		else                                                                               \
			seen_ = BPF_CORE_READ((from), __VA_ARGS__);                                \
		seen_;                                                                             \
	})
