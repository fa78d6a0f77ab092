#ifndef CP_ROWS_H
#define CP_ROWS_H

// Rows of a caller to slots and back.

#include "slots.h"

// Fills slots with rows from `row` on; the row after them.
CP_INLINE long fill_slots(const cp_series *s, cp_slots *slots, const cp_explosions *call,
                          long row) {
  const long width = 3L * s->shape.atoms;
  slots->count = 0;
  for (; row < call->rows && slots->count < CP_SLOTS; row++) {
    call->outcome[row] = fill_slot(s, slots, call->positions + row * width,
                                   call->start == NULL ? NULL : call->start + row * width,
                                   call->charges + row * call->charge_stride);
    if (call->outcome[row] != 0) continue;
    fill_tangents(s, slots, call->displacements + row * s->directions * width);
    slots->row[slots->count++] = row;
  }
  return row;
}

CP_INLINE void empty_slots(const cp_series *s, const cp_slots *slots, const cp_explosions *call,
                           long begin, long end) {
  const long width = 3L * s->shape.atoms;
  for (int slot = 0; slot < slots->count; slot++) {
    const long row = slots->row[slot];
    call->outcome[row] = slots->steps[slot];
    empty_slot(s, slots, slot, 0, call->momenta + row * width);
    for (int e = 0; e < s->directions; e++) {
      empty_slot(s, slots, slot, e + 1, call->tangents + (row * s->directions + e) * width);
    }
  }
  for (long r = begin; r < end; r++) {
    if (call->outcome[r] >= 0) continue;
    for (long i = 0; i < width; i++) call->momenta[r * width + i] = NAN;
    for (long i = 0; i < s->directions * width; i++) {
      call->tangents[r * s->directions * width + i] = NAN;
    }
  }
}

#endif
