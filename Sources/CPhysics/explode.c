#include "block.h"
#include "include/CPhysics.h"

static long series_count(cp_shape shape, int orders) {
  const long bodies = (shape.atoms - 1) * shape.dimensions;
  const long vectors = (long)shape.pairs * orders * (shape.dimensions + PAIR_SCALARS) +
                       orders * (VELOCITY + bodies) + shape.atoms * shape.dimensions +
                       shape.pairs * (shape.dimensions + 1);
  return vectors * CP_LANES;
}

static int orders_of(const cp_settings *settings) {
  const int n = settings->order > settings->first_order ? settings->order : settings->first_order;
  return n + 2;
}

long cp_workspace_count(const cp_settings *settings) {
  const cp_shape shape = cp_shape_of(settings->atoms, 3);
  return series_count(shape, orders_of(settings)) +
         CP_SLOTS * (6L * shape.atoms + shape.pairs + FRAME_COUNT);
}

CP_INLINE void divide_workspace(cp_series *s, cp_slots *slots, double *workspace) {
  const cp_shape shape = s->shape;
  s->orders = orders_of(slots->settings);
  s->pairs = (vec *)workspace;
  s->whole = s->pairs + (long)shape.pairs * s->orders * (shape.dimensions + PAIR_SCALARS);
  s->force = s->whole + s->orders * (VELOCITY + (shape.atoms - 1) * shape.dimensions);
  s->partial = s->force + shape.atoms * shape.dimensions;
  s->charge = s->partial + shape.pairs * shape.dimensions;
  slots->x = (double *)(s->charge + shape.pairs);
  slots->v = slots->x + CP_SLOTS * 3L * shape.atoms;
  slots->charge = slots->v + CP_SLOTS * 3L * shape.atoms;
  slots->frame = slots->charge + (long)CP_SLOTS * shape.pairs;
}

CP_INLINE void explode(const cp_settings *settings, cp_shape shape, long rows,
                       const double *positions, const double *start, const double *charges,
                       long charge_stride, double *momenta, int32_t *outcome, double *workspace) {
  double inverse_mass[CP_MAX_ATOMS];
  cp_series series = {.shape = shape, .inverse_mass = inverse_mass};
  cp_slots slots = {.settings = settings, .from_rest = start == NULL, .mass = INFINITY};
  divide_workspace(&series, &slots, workspace);
  for (int i = 0; i < shape.atoms; i++) slots.mass = fmin(slots.mass, settings->masses[i]);
  for (int i = 0; i < shape.atoms; i++) inverse_mass[i] = slots.mass / settings->masses[i];
  const long width = 3L * shape.atoms;
  for (long row = 0; row < rows;) {
    slots.count = 0;
    const long begin = row;
    for (; row < rows && slots.count < CP_SLOTS; row++) {
      outcome[row] =
          fill_slot(&series, &slots, positions + row * width,
                    start == NULL ? NULL : start + row * width, charges + row * charge_stride);
      if (outcome[row] == 0) slots.row[slots.count++] = row;
    }
    explode_block(&series, &slots);
    for (int slot = 0; slot < slots.count; slot++) {
      outcome[slots.row[slot]] = slots.steps[slot];
      empty_slot(&series, &slots, slot, momenta + slots.row[slot] * width);
    }
    for (long r = begin; r < row; r++) {
      for (long i = 0; outcome[r] < 0 && i < width; i++) momenta[r * width + i] = NAN;
    }
  }
}

CP_CLONES static void explode_planar(const cp_settings *settings, long rows,
                                     const double *positions, const double *charges,
                                     long charge_stride, double *momenta, int32_t *outcome,
                                     double *workspace) {
  explode(settings, cp_shape_of(3, 2), rows, positions, NULL, charges, charge_stride, momenta,
          outcome, workspace);
}

CP_CLONES static void explode_any(const cp_settings *settings, long rows, const double *positions,
                                  const double *start, const double *charges, long charge_stride,
                                  double *momenta, int32_t *outcome, double *workspace) {
  explode(settings, cp_shape_of(settings->atoms, 3), rows, positions, start, charges, charge_stride,
          momenta, outcome, workspace);
}

// An atom by itself keeps its momentum.
static void keep_momenta(long rows, const double *positions, const double *start, double *momenta,
                         int32_t *outcome) {
  for (long row = 0; row < rows; row++) {
    double sum = 0;
    for (long i = 3 * row; i < 3 * row + 3; i++) {
      momenta[i] = start == NULL ? 0 : start[i];
      sum += 0 * (momenta[i] + positions[i]);
    }
    outcome[row] = sum == 0 ? 0 : CP_NOT_FINITE;
    for (long i = 3 * row; outcome[row] < 0 && i < 3 * row + 3; i++) momenta[i] = NAN;
  }
}

void cp_explode(const cp_settings *settings, long rows, const double *positions,
                const double *start, const double *charges, long charge_stride, double *momenta,
                int32_t *outcome, double *workspace) {
  if (settings->atoms == 1) {
    keep_momenta(rows, positions, start, momenta, outcome);
  } else if (settings->atoms == 3 && start == NULL) {
    explode_planar(settings, rows, positions, charges, charge_stride, momenta, outcome, workspace);
  } else {
    explode_any(settings, rows, positions, start, charges, charge_stride, momenta, outcome,
                workspace);
  }
}
