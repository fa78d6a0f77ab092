#ifndef CP_SLOTS_H
#define CP_SLOTS_H

// A block of rows in scaled units, transposed so that a vector holds one number of several rows.

#include <stddef.h>

#include "include/CPhysics.h"
#include "series.h"

enum { CP_SLOTS = 256 };

// Rows of a block that can be exploded fill the slots from the front.
typedef struct {
  int count;
  // Numbers × CP_SLOTS each: relative positions, relative velocities, products of charges.
  double *x, *v, *charge;
  // The plane's two directions (planar only), the velocity of the centre of mass, the unit of
  // velocity; 6 + 3 + 1 numbers a slot.
  double *frame;
  int32_t steps[CP_SLOTS];
  long row[CP_SLOTS];
} cp_slots;

enum { FRAME_DRIFT = 6, FRAME_SPEED = 9, FRAME_COUNT = 10 };

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

// Two perpendicular directions in the plane of a triangle; collinear atoms leave the second zero.
CP_INLINE void slots_plane(const double *x, double *frame) {
  double along = 0, length = 0, across = 0;
  for (int c = 0; c < 3; c++) length += x[c] * x[c];
  length = sqrt(length);
  for (int c = 0; c < 3; c++) frame[c] = x[c] / length;
  for (int c = 0; c < 3; c++) along += frame[c] * x[3 + c];
  for (int c = 0; c < 3; c++) frame[3 + c] = x[3 + c] - along * frame[c];
  for (int c = 0; c < 3; c++) across += frame[3 + c] * frame[3 + c];
  across = sqrt(across);
  for (int c = 0; c < 3; c++) frame[3 + c] = across > 1e-150 ? frame[3 + c] / across : 0;
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

#endif
