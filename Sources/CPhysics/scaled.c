// Rows in the units of a flight for a device that computes the flight itself, and back.

#include <stdlib.h>

#include "include/CPhysics.h"
#include "rows.h"

static int numbers_of(const cp_settings *settings, const cp_scaled *scaled) {
  return (settings->atoms - 1) * (scaled->planar ? 2 : 3);
}

static void put(const cp_scaled *scaled, void *array, long at, double x) {
  if (scaled->doubles) {
    ((double *)array)[at] = x;
  } else {
    ((float *)array)[at] = (float)x;
  }
}

static double get(const cp_scaled *scaled, const void *array, long at) {
  return scaled->doubles ? ((const double *)array)[at] : ((const float *)array)[at];
}

// Memory for one block of slots; null without memory.
static double *make_slots(cp_slots *slots, const cp_settings *settings, long directions) {
  const long numbers = CP_SLOTS * 3L * settings->atoms * (1 + directions);
  const long pairs = CP_SLOTS * (settings->atoms * (settings->atoms - 1L) / 2);
  double *memory = calloc(2 * numbers + pairs + CP_SLOTS * FRAME_COUNT, sizeof(double));
  slots->settings = settings;
  slots->mass = INFINITY;
  for (int i = 0; i < settings->atoms; i++) slots->mass = fmin(slots->mass, settings->masses[i]);
  slots->x = memory;
  slots->v = slots->x + numbers;
  slots->charge = slots->v + numbers;
  slots->frame = slots->charge + pairs;
  return memory;
}

// Numbers of the slots that are full into the arrays; rows that cannot be exploded keep what the
// slot had before.
static void copy_out(const cp_slots *slots, const cp_scaled *scaled, const cp_series *s, long begin,
                     long count, int moves) {
  const long numbers = (s->shape.atoms - 1L) * s->shape.dimensions;
  for (long i = 0; i < numbers; i++) {
    for (long r = 0; r < count; r++) {
      const long at = i * scaled->stride + begin + r;
      put(scaled, scaled->x, at, slots->x[i * CP_SLOTS + r]);
      if (moves) put(scaled, scaled->v, at, slots->v[i * CP_SLOTS + r]);
    }
  }
  for (long p = 0; p < s->shape.pairs; p++) {
    for (long r = 0; r < count; r++) {
      put(scaled, scaled->charge, p * scaled->stride + begin + r, slots->charge[p * CP_SLOTS + r]);
    }
  }
  for (long i = 0; i < s->directions * numbers; i++) {
    for (long r = 0; r < count; r++) {
      put(scaled, scaled->dx, i * scaled->stride + begin + r,
          slots->x[(numbers + i) * CP_SLOTS + r]);
    }
  }
  memcpy(scaled->frame + begin * CP_FRAME_NUMBERS, slots->frame,
         sizeof(double) * (size_t)(count * CP_FRAME_NUMBERS));
}

int cp_scale(const cp_settings *settings, const cp_explosions *call, const cp_scaled *scaled,
             long begin, long end) {
  _Static_assert(CP_FRAME_NUMBERS == FRAME_COUNT, "what a row keeps");
  cp_series s = {.shape = cp_shape_of(settings->atoms, scaled->planar ? 2 : 3),
                 .directions = call->directions};
  cp_slots slots = {.from_rest = call->start == NULL};
  double *memory = make_slots(&slots, settings, call->directions);
  if (memory == NULL) return 0;
  const long width = 3L * settings->atoms;
  for (long first = begin; first < end; first += CP_SLOTS) {
    const long count = end - first < CP_SLOTS ? end - first : CP_SLOTS;
    for (long row = first; row < first + count; row++) {
      slots.count = (int)(row - first);
      call->outcome[row] = fill_slot(&s, &slots, call->positions + row * width,
                                     call->start == NULL ? NULL : call->start + row * width,
                                     call->charges + row * call->charge_stride);
      put(scaled, scaled->outcome, row, call->outcome[row]);
      if (call->outcome[row] != 0) continue;
      fill_tangents(&s, &slots, call->displacements + row * s.directions * width);
    }
    copy_out(&slots, scaled, &s, first, count, call->start != NULL);
  }
  free(memory);
  return 1;
}

int cp_unscale(const cp_settings *settings, const cp_explosions *call, const cp_scaled *scaled,
               long begin, long end) {
  cp_series s = {.shape = cp_shape_of(settings->atoms, scaled->planar ? 2 : 3),
                 .directions = call->directions};
  cp_slots slots = {.from_rest = call->start == NULL};
  double *memory = make_slots(&slots, settings, call->directions);
  if (memory == NULL) return 0;
  const long numbers = numbers_of(settings, scaled);
  for (long first = begin; first < end; first += CP_SLOTS) {
    const long count = end - first < CP_SLOTS ? end - first : CP_SLOTS;
    memcpy(slots.frame, scaled->frame + first * CP_FRAME_NUMBERS,
           sizeof(double) * (size_t)(count * CP_FRAME_NUMBERS));
    for (long i = 0; i < (1 + s.directions) * numbers; i++) {
      for (long r = 0; r < count; r++) {
        slots.v[i * CP_SLOTS + r] =
            i < numbers ? get(scaled, scaled->v, i * scaled->stride + first + r)
                        : get(scaled, scaled->dv, (i - numbers) * scaled->stride + first + r);
      }
    }
    slots.count = 0;
    for (long row = first; row < first + count; row++) {
      if (call->outcome[row] == 0) {
        call->outcome[row] = (int32_t)get(scaled, scaled->outcome, row);
      }
      const int slot = (int)(row - first);
      slots.row[slot] = row;
      slots.steps[slot] = call->outcome[row];
    }
    slots.count = (int)count;
    empty_slots(&s, &slots, call, first, first + count);
  }
  free(memory);
  return 1;
}

void cp_unscale_positions(const cp_settings *settings, const cp_explosions *call,
                          const cp_scaled *scaled, long begin, long end, double *positions) {
  const long width = 3L * settings->atoms, numbers = width - 3;
  for (long row = begin; row < end; row++) {
    const double *from = call->positions + row * width;
    const double length = scaled->frame[row * CP_FRAME_NUMBERS + FRAME_LENGTH];
    double *to = positions + row * width;
    for (long c = 0; c < 3; c++) to[c] = call->outcome[row] < 0 ? NAN : from[c];
    for (long i = 0; i < numbers; i++) {
      to[3 + i] = to[i % 3] + length * get(scaled, scaled->x, i * scaled->stride + row);
    }
  }
}
