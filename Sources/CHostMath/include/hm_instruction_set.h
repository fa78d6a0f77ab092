#ifndef HM_INSTRUCTION_SET_H
#define HM_INSTRUCTION_SET_H

/// The widest vectors that matrix products use on this CPU, in words for people.
const char *hm_instruction_set(void);

#endif
