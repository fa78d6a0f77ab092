#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// The number of times this process has taken memory from the heap, on any thread.
long allocation_count(void);

#endif
