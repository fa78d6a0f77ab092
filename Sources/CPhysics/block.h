#ifndef CP_BLOCK_H
#define CP_BLOCK_H

// The slots of a block through their lanes: first steps together, later steps with a new slot in
// a lane as soon as the last one is done with it, tails together.

#include "slots.h"
#include "step.h"
#include "tail.h"
#include "tangent.h"

// Every number of a lane's state, a position and a velocity at a time: e = 0 is the motion, the
// others are its derivatives.
#define CP_FOR_STATE(s, e, i, x, v)                                          \
  for (int e = 0; e <= (s)->directions; e++)                                 \
    for (int i = 0; i < ((s)->shape.atoms - 1) * (s)->shape.dimensions; i++) \
      for (vec *x = state_position(s, e, i), *v = state_velocity(s, e) + i; x; x = NULL)

CP_INLINE vec *state_position(const cp_series *s, int e, int i) {
  const int d = s->shape.dimensions;
  return (e == 0 ? pair_at(s, i / d, 0) : tangent_at(s, e - 1, i / d, 0)) + i % d;
}

CP_INLINE vec *state_velocity(const cp_series *s, int e) {
  return e == 0 ? whole_at(s, 0) + VELOCITY : tangent_whole_at(s, e - 1, 0) + CHANGE_VELOCITY;
}

// Where number i of state e of a slot lies in its arrays.
CP_INLINE long state_index(const cp_series *s, int e, int i, int slot) {
  return ((long)e * (s->shape.atoms - 1) * s->shape.dimensions + i) * CP_SLOTS + slot;
}

// Slots first, first + 1 … into the lanes.
CP_INLINE void load_slots(const cp_series *s, cp_slots *slots, int first) {
  CP_FOR_STATE(s, e, i, x, v) {
    *x = vec_load(slots->x + state_index(s, e, i, first));
    *v = vec_load(slots->v + state_index(s, e, i, first));
  }
  for (int p = 0; p < s->shape.pairs; p++) {
    s->charge[p] = vec_load(slots->charge + (long)p * CP_SLOTS + first);
  }
}

CP_INLINE void store_slots(const cp_series *s, cp_slots *slots, int first) {
  CP_FOR_STATE(s, e, i, x, v) {
    vec_store(slots->x + state_index(s, e, i, first), *x);
    vec_store(slots->v + state_index(s, e, i, first), *v);
  }
}

// One lane to or from a slot.
CP_INLINE void load_lane(const cp_series *s, cp_slots *slots, int lane, int slot) {
  CP_FOR_STATE(s, e, i, x, v) {
    ((double *)x)[lane] = slots->x[state_index(s, e, i, slot)];
    ((double *)v)[lane] = slots->v[state_index(s, e, i, slot)];
  }
  for (int p = 0; p < s->shape.pairs; p++) {
    ((double *)&s->charge[p])[lane] = slots->charge[(long)p * CP_SLOTS + slot];
  }
}

CP_INLINE void store_lane(const cp_series *s, cp_slots *slots, int lane, int slot) {
  CP_FOR_STATE(s, e, i, x, v) {
    slots->x[state_index(s, e, i, slot)] = ((double *)x)[lane];
    slots->v[state_index(s, e, i, slot)] = ((double *)v)[lane];
  }
}

// To `h` of the series' variable, the derivatives first: they need the motion's coefficients.
CP_INLINE void move_lanes(const cp_series *s, int n, vec h, int even) {
  tangent_expand(s, n, even);
  tangent_move(s, n, h, even);
  series_move(s, n, h, even);
  series_start(s);
  series_rate_to_velocity(s);
  tangent_rate_to_velocity(s);
}

CP_INLINE void prepare_forces(const cp_series *s, int even) {
  series_start_forces(s);
  series_velocity(s, 0, even);
}

// The first step, in even powers of s, of all slots.
CP_INLINE void first_steps(const cp_series *s, cp_slots *slots) {
  const int n = slots->settings->first_order;
  for (int first = 0; first < slots->count; first += CP_LANES) {
    load_slots(s, slots, first);
    series_start(s);
    prepare_forces(s, 1);
    series_expand(s, n, 1);
    // A step of s² has the velocity 2 Σ k xₖ s²ᵏ⁻¹; the factor 2 is as good as in the tolerance.
    move_lanes(s, n, vec_exp2(series_step(s, n, 0.5 * slots->settings->tolerance)), 1);
    store_slots(s, slots, first);
    for (int i = 0; i < CP_LANES; i++) slots->steps[first + i] = 1;
  }
}

// Which slots the lanes work on; −1 for none.
typedef struct {
  int slot[CP_LANES], steps[CP_LANES];
  int next, busy;
} cp_lanes;

CP_INLINE void take_slot(cp_lanes *lanes, int lane, const cp_slots *slots) {
  lanes->slot[lane] = lanes->next;
  lanes->steps[lane] = slots->steps[lanes->next++];
  lanes->busy++;
}

// Empties the lanes that are done and gives them new slots; whether any got one.
CP_INLINE int refill_lanes(const cp_series *s, cp_slots *slots, cp_lanes *lanes) {
  const mask near = tail_is_near(s, slots->settings->tail_tolerance);
  int refilled = 0;
  for (int lane = 0; lane < CP_LANES; lane++) {
    const int slot = lanes->slot[lane], steps = lanes->steps[lane];
    if (slot < 0 || !(near[lane] || steps >= slots->settings->step_limit)) continue;
    store_lane(s, slots, lane, slot);
    slots->steps[slot] = near[lane] ? steps : CP_TOO_MANY_STEPS;
    lanes->slot[lane] = -1;
    lanes->busy--;
    if (lanes->next >= slots->count) continue;
    load_lane(s, slots, lane, lanes->next);
    take_slot(lanes, lane, slots);
    refilled = 1;
  }
  return refilled;
}

// Steps all slots until the tail can take over, a lane taking the next slot as it finishes one.
CP_INLINE void later_steps(const cp_series *s, cp_slots *slots) {
  const int n = slots->settings->order;
  cp_lanes lanes = {.next = 0, .busy = 0};
  load_slots(s, slots, 0);
  for (int lane = 0; lane < CP_LANES; lane++) {
    lanes.slot[lane] = -1;
    if (lane < slots->count) take_slot(&lanes, lane, slots);
  }
  series_start(s);
  prepare_forces(s, 0);
  while (1) {
    if (refill_lanes(s, slots, &lanes)) {
      series_start(s);
      prepare_forces(s, 0);
    }
    if (lanes.busy == 0) return;
    series_expand(s, n, 0);
    move_lanes(s, n, vec_exp2(series_step(s, n, slots->settings->tolerance)), 0);
    prepare_forces(s, 0);
    for (int lane = 0; lane < CP_LANES; lane++) lanes.steps[lane]++;
  }
}

CP_INLINE void tails(const cp_series *s, cp_slots *slots) {
  for (int first = 0; first < slots->count; first += CP_LANES) {
    load_slots(s, slots, first);
    series_start(s);
    prepare_forces(s, 0);
    tangent_tail(s);
    tail_add(s);
    store_slots(s, slots, first);
  }
}

// Lanes without a row of their own repeat the last one.
CP_INLINE void pad_slots(const cp_series *s, cp_slots *slots) {
  const int last = slots->count - 1;
  const long numbers = (1L + s->directions) * s->shape.dimensions * (s->shape.atoms - 1);
  for (int slot = slots->count; slot % CP_LANES != 0; slot++) {
    for (long i = 0; i < numbers; i++) {
      slots->x[i * CP_SLOTS + slot] = slots->x[i * CP_SLOTS + last];
      slots->v[i * CP_SLOTS + slot] = slots->v[i * CP_SLOTS + last];
    }
    for (long p = 0; p < s->shape.pairs; p++) {
      slots->charge[p * CP_SLOTS + slot] = slots->charge[p * CP_SLOTS + last];
    }
  }
}

// Velocities at infinity of all slots, in place.
CP_INLINE void explode_block(const cp_series *s, cp_slots *slots) {
  if (slots->count == 0) return;
  pad_slots(s, slots);
  for (int slot = 0; slot < CP_SLOTS; slot++) slots->steps[slot] = 0;
  if (slots->from_rest) first_steps(s, slots);
  later_steps(s, slots);
  tails(s, slots);
}

#endif
