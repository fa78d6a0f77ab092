#ifndef CP_SLOTS_H
#define CP_SLOTS_H

// A block of rows in scaled units, transposed so that a vector holds one number of several rows.

#include <stddef.h>

#include "include/CPhysics.h"
#include "series.h"

enum { CP_SLOTS = 256 };

// Rows of a block that can be exploded fill the slots from the front.
typedef struct {
  const cp_settings *settings;
  int from_rest;
  // The unit of mass: the least, so that the unit of momentum is one that momenta reach.
  double mass;
  int count;
  // Numbers × CP_SLOTS each: relative positions and velocities, of the motion and then of its
  // derivatives, and products of charges.
  double *x, *v, *charge;
  // The plane's two directions (planar only), the velocity of the center of mass, the units of
  // velocity and length; 6 + 3 + 1 + 1 numbers a slot.
  double *frame;
  int32_t steps[CP_SLOTS];
  long row[CP_SLOTS];
} cp_slots;

enum { FRAME_DRIFT = 6, FRAME_SPEED = 9, FRAME_LENGTH = 10, FRAME_COUNT = 11 };

// Differences from atom 0 in units of the largest of them, and that unit; 0 where they are not
// finite.
CP_INLINE double slots_relative(const double *row, int atoms, double *x) {
  double largest = 0;
  for (int i = 0; i < 3 * (atoms - 1); i++) {
    x[i] = row[3 + i] - row[i % 3];
    if (!(fabs(x[i]) < INFINITY)) return 0;
    largest = fmax(largest, fabs(x[i]));
  }
  if (largest < 0x1p-500) return -1;
  for (int i = 0; i < 3 * (atoms - 1); i++) x[i] /= largest;
  return largest;
}

CP_INLINE double slots_square(const double *x, int a, int b) {
  double square = 0;
  for (int c = 0; c < 3; c++) {
    const double from = a > 0 ? x[3 * (a - 1) + c] : 0;
    square += (x[3 * (b - 1) + c] - from) * (x[3 * (b - 1) + c] - from);
  }
  return square;
}

// Makes the shortest distances and the velocities to come of order one; 0 or a reason why not.
CP_INLINE int slots_scale(const cp_settings *settings, const double *charges, double *x,
                          double *length, double *products, double *energy_unit) {
  const int atoms = settings->atoms;
  double inverse = 0, largest = 0;
  CP_FOR_ATOM_PAIRS(atoms, p, a, b) {
    const double square = slots_square(x, a, b);
    if (square < 1e-20) return CP_COINCIDENT_ATOMS;
    inverse += 1 / sqrt(square);
    products[p] = charges[a] * charges[b];
    if (!(fabs(products[p]) < INFINITY)) return CP_NOT_FINITE;
    if (!(products[p] >= 0x1p-500)) return CP_NOT_REPULSIVE;
    largest = fmax(largest, products[p]);
  }
  for (int i = 0; i < 3 * (atoms - 1); i++) x[i] *= inverse;
  *length /= inverse;
  *energy_unit = largest / *length;
  return 0;
}

// What is left of `x` across the unit vector `along`; its length.
CP_INLINE double slots_across(const double *along, const double *x, double *across) {
  double part = 0, square = 0;
  for (int c = 0; c < 3; c++) part += along[c] * x[c];
  for (int c = 0; c < 3; c++) across[c] = x[c] - part * along[c];
  for (int c = 0; c < 3; c++) square += across[c] * across[c];
  return sqrt(square);
}

// Two perpendicular directions in the plane of a triangle; collinear atoms leave the second zero.
CP_INLINE void slots_plane(const double *x, double *frame) {
  double length = 0;
  for (int c = 0; c < 3; c++) length += x[c] * x[c];
  length = sqrt(length);
  for (int c = 0; c < 3; c++) frame[c] = x[c] / length;
  double across = slots_across(frame, x + 3, frame + 3);
  for (int pass = 0; pass < 2; pass++) {
    for (int c = 0; c < 3; c++) frame[3 + c] = across > 1e-150 ? frame[3 + c] / across : 0;
    // Of atoms close to a line, rounding leaves the second direction oblique to the first.
    if (pass > 0 || across > 1e-3 || across <= 1e-150) return;
    across = slots_across(frame, frame + 3, frame + 3);
  }
}

// Velocities relative to atom 0, the drift of the whole, and the largest speed; 0 if not finite.
CP_INLINE int slots_velocities(const cp_settings *settings, const double *start, double *v,
                               double *drift, double *speed2) {
  const int atoms = settings->atoms;
  double mass = 0;
  for (int i = 0; i < atoms; i++) mass += settings->masses[i];
  *speed2 = 0;
  for (int c = 0; c < 3; c++) drift[c] = 0;
  for (int i = 0; i < 3 * atoms; i++) {
    if (!(fabs(start[i]) < INFINITY)) return 0;
    drift[i % 3] += start[i] / mass;
  }
  for (int i = 0; i < 3 * (atoms - 1); i++) {
    v[i] = start[3 + i] / settings->masses[1 + i / 3] - start[i % 3] / settings->masses[0];
    *speed2 = fmax(*speed2, v[i] * v[i]);
  }
  return 1;
}

// Differences from atom 0 in the slot's frame: `at` and on, CP_SLOTS apart.
CP_INLINE void slots_place(const cp_slots *slots, int dimensions, const double *x,
                           const double *frame, double *at) {
  const int others = slots->settings->atoms - 1;
  for (int j = 0; j < others; j++) {
    for (int e = 0; e < dimensions; e++, at += CP_SLOTS) {
      double sum = 0;
      for (int c = 0; c < 3; c++) sum += frame[3 * e + c] * x[3 * j + c];
      *at = dimensions == 3 ? x[3 * j + e] : sum;
    }
  }
}

// Changes of positions into the next slot; of three atoms the parts in their plane.
CP_INLINE void fill_tangents(const cp_series *s, cp_slots *slots, const double *displacements) {
  const int atoms = slots->settings->atoms, d = s->shape.dimensions;
  const double *frame = slots->frame + (long)slots->count * FRAME_COUNT;
  for (int e = 1; e <= s->directions; e++, displacements += 3 * atoms) {
    double x[3 * CP_MAX_ATOMS];
    for (int i = 0; i < 3 * (atoms - 1); i++) {
      x[i] = (displacements[3 + i] - displacements[i % 3]) / frame[FRAME_LENGTH];
    }
    const long at = (long)e * (atoms - 1) * d * CP_SLOTS + slots->count;
    slots_place(slots, d, x, frame, slots->x + at);
    for (int i = 0; i < (atoms - 1) * d; i++) slots->v[at + (long)i * CP_SLOTS] = 0;
  }
}

// Fills the next slot from a row; 0 or a reason why not.
CP_INLINE int fill_slot(const cp_series *s, cp_slots *slots, const double *positions,
                        const double *start, const double *charges) {
  const int atoms = slots->settings->atoms, d = s->shape.dimensions;
  double x[3 * CP_MAX_ATOMS], v[3 * CP_MAX_ATOMS], products[CP_MAX_ATOMS * CP_MAX_ATOMS / 2];
  double *frame = slots->frame + (long)slots->count * FRAME_COUNT;
  const double mass = slots->mass;
  double energy, speed2 = 0;
  double length = slots_relative(positions, atoms, x);
  if (length <= 0) return length < 0 ? CP_COINCIDENT_ATOMS : CP_NOT_FINITE;
  const int reason = slots_scale(slots->settings, charges, x, &length, products, &energy);
  if (reason != 0) return reason;
  for (int c = 0; c < 3; c++) frame[FRAME_DRIFT + c] = 0;
  if (!slots->from_rest &&
      !slots_velocities(slots->settings, start, v, frame + FRAME_DRIFT, &speed2)) {
    return CP_NOT_FINITE;
  }
  const double unit2 = fmax(energy / mass, speed2), unit = sqrt(unit2);
  if (!(unit2 < INFINITY) || unit2 < 0x1p-900) return CP_NOT_FINITE;
  frame[FRAME_SPEED] = unit;
  frame[FRAME_LENGTH] = length;
  if (d == 2) slots_plane(x, frame);
  slots_place(slots, d, x, frame, slots->x + slots->count);
  // Exactly on the first axis, whatever the rounding.
  if (d == 2) slots->x[CP_SLOTS + slots->count] = 0;
  for (int i = 0; i < d * (atoms - 1); i++) {
    slots->v[(long)i * CP_SLOTS + slots->count] = slots->from_rest ? 0 : v[i] / unit;
  }
  for (int p = 0; p < s->shape.pairs; p++) {
    slots->charge[(long)p * CP_SLOTS + slots->count] = products[p] / (mass * length * unit2);
  }
  return 0;
}

// Momenta of a finished slot in the caller's units and frame, or, for e > 0, their derivatives.
CP_INLINE void empty_slot(const cp_series *s, const cp_slots *slots, int slot, int e,
                          double *momenta) {
  const int atoms = slots->settings->atoms, d = s->shape.dimensions;
  const double *frame = slots->frame + (long)slot * FRAME_COUNT;
  const double *v = slots->v + (long)e * (atoms - 1) * d * CP_SLOTS + slot;
  const double *masses = slots->settings->masses;
  double first[3] = {0, 0, 0}, drift[3] = {0, 0, 0}, mass = 0, back[3] = {0, 0, 0};
  for (int c = 0; c < 3 && e == 0; c++) drift[c] = frame[FRAME_DRIFT + c];
  for (int i = 0; i < atoms; i++) mass += masses[i];
  for (int j = 1; j < atoms; j++) {
    for (int c = 0; c < d; c++) first[c] -= masses[j] * v[((j - 1) * d + c) * CP_SLOTS] / mass;
  }
  for (int j = 1; j < atoms; j++) {
    double p[3] = {0, 0, 0};
    for (int c = 0; c < d; c++) {
      p[c] = masses[j] * frame[FRAME_SPEED] * (first[c] + v[((j - 1) * d + c) * CP_SLOTS]);
    }
    for (int c = 0; c < 3; c++) {
      const double turned = d == 2 ? frame[c] * p[0] + frame[3 + c] * p[1] : p[c];
      back[c] -= turned;
      momenta[3 * j + c] = turned + masses[j] * drift[c];
    }
  }
  for (int c = 0; c < 3; c++) momenta[c] = back[c] + masses[0] * drift[c];
}

#endif
