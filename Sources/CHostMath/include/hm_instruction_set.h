#ifndef HM_INSTRUCTION_SET_H
#define HM_INSTRUCTION_SET_H

/// The name of the instruction set that matrix products use on this CPU.
const char *hm_instruction_set(void);

#endif
