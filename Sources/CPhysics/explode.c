#include "include/CPhysics.h"
#include "slots.h"
#include "tail.h"

typedef struct {
  const cp_settings *settings;
  cp_slots slots;
  int from_rest;
} cp_run;

// Fills the next slot from a row; 0 or a reason why not.
CP_INLINE int fill_slot(const cp_series *s, cp_run *run, const double *positions,
                        const double *start, const double *charges) {
  const int atoms = run->settings->atoms, d = s->shape.dimensions;
  cp_slots *slots = &run->slots;
  double x[3 * CP_MAX_ATOMS], v[3 * CP_MAX_ATOMS], products[CP_MAX_ATOMS * CP_MAX_ATOMS / 2];
  double *frame = slots->frame + (long)slots->count * FRAME_COUNT;
  double energy, speed2 = 0, mass = 0;
  double length = slots_relative(positions, atoms, x);
  if (length <= 0) return length < 0 ? CP_COINCIDENT_ATOMS : CP_NOT_FINITE;
  const int reason = slots_scale(run->settings, charges, x, &length, products, &energy);
  if (reason != 0) return reason;
  for (int c = 0; c < 3; c++) frame[FRAME_DRIFT + c] = 0;
  if (!run->from_rest && !slots_velocities(run->settings, start, v, frame + FRAME_DRIFT, &speed2)) {
    return CP_NOT_FINITE;
  }
  for (int i = 0; i < atoms; i++) mass += run->settings->masses[i] / atoms;
  const double unit2 = fmax(energy / mass, speed2), unit = sqrt(unit2);
  if (!(unit2 < INFINITY) || unit2 < 0x1p-900) return CP_NOT_FINITE;
  frame[FRAME_SPEED] = unit;
  double *at = slots->x + slots->count;
  if (d == 2) {
    slots_plane(x, frame);
    for (int j = 0; j < 2; j++) {
      for (int e = 0; e < 2; e++, at += CP_SLOTS) {
        *at = 0;
        for (int c = 0; c < 3; c++) *at += frame[3 * e + c] * x[3 * j + c];
      }
    }
    // Exactly on the first axis, whatever the rounding above.
    slots->x[CP_SLOTS + slots->count] = 0;
  } else {
    for (int i = 0; i < 3 * (atoms - 1); i++, at += CP_SLOTS) *at = x[i];
  }
  for (int i = 0; i < d * (atoms - 1); i++) {
    slots->v[(long)i * CP_SLOTS + slots->count] = run->from_rest ? 0 : v[i] / unit;
  }
  for (int p = 0; p < s->shape.pairs; p++) {
    slots->charge[(long)p * CP_SLOTS + slots->count] = products[p] / (mass * length * unit2);
  }
  return 0;
}

// Momenta of a finished slot in the caller's units and frame.
CP_INLINE void empty_slot(const cp_series *s, const cp_run *run, int slot, double *momenta) {
  const int atoms = run->settings->atoms, d = s->shape.dimensions;
  const double *frame = run->slots.frame + (long)slot * FRAME_COUNT;
  const double *v = run->slots.v + slot, *masses = run->settings->masses;
  double first[3] = {0, 0, 0}, mass = 0, back[3] = {0, 0, 0};
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
      momenta[3 * j + c] = turned + masses[j] * frame[FRAME_DRIFT + c];
    }
  }
  for (int c = 0; c < 3; c++) momenta[c] = back[c] + masses[0] * frame[FRAME_DRIFT + c];
}

// Slots first, first + 1 … into the lanes.
CP_INLINE void load_slots(const cp_series *s, cp_run *run, int first) {
  const int d = s->shape.dimensions, bodies = s->shape.atoms - 1;
  for (int j = 0; j < bodies; j++) {
    for (int c = 0; c < d; c++) {
      const long at = (long)(j * d + c) * CP_SLOTS + first;
      pair_at(s, j, 0)[c] = vec_load(run->slots.x + at);
      whole_at(s, 0)[VELOCITY + j * d + c] = vec_load(run->slots.v + at);
    }
  }
  for (int p = 0; p < s->shape.pairs; p++) {
    s->charge[p] = vec_load(run->slots.charge + (long)p * CP_SLOTS + first);
  }
}

CP_INLINE void store_slots(const cp_series *s, cp_run *run, int first) {
  const int d = s->shape.dimensions, bodies = s->shape.atoms - 1;
  for (int j = 0; j < bodies; j++) {
    for (int c = 0; c < d; c++) {
      const long at = (long)(j * d + c) * CP_SLOTS + first;
      vec_store(run->slots.x + at, pair_at(s, j, 0)[c]);
      vec_store(run->slots.v + at, whole_at(s, 0)[VELOCITY + j * d + c]);
    }
  }
}

// One lane to or from a slot.
CP_INLINE void load_lane(const cp_series *s, cp_run *run, int lane, int slot) {
  const int d = s->shape.dimensions, bodies = s->shape.atoms - 1;
  for (int j = 0; j < bodies; j++) {
    for (int c = 0; c < d; c++) {
      const long at = (long)(j * d + c) * CP_SLOTS + slot;
      ((double *)&pair_at(s, j, 0)[c])[lane] = run->slots.x[at];
      ((double *)&whole_at(s, 0)[VELOCITY + j * d + c])[lane] = run->slots.v[at];
    }
  }
  for (int p = 0; p < s->shape.pairs; p++) {
    ((double *)&s->charge[p])[lane] = run->slots.charge[(long)p * CP_SLOTS + slot];
  }
}

CP_INLINE void store_lane(const cp_series *s, cp_run *run, int lane, int slot) {
  const int d = s->shape.dimensions, bodies = s->shape.atoms - 1;
  for (int j = 0; j < bodies; j++) {
    for (int c = 0; c < d; c++) {
      const long at = (long)(j * d + c) * CP_SLOTS + slot;
      run->slots.x[at] = ((double *)&pair_at(s, j, 0)[c])[lane];
      run->slots.v[at] = ((double *)&whole_at(s, 0)[VELOCITY + j * d + c])[lane];
    }
  }
}

CP_INLINE void prepare_forces(const cp_series *s, int even) {
  series_start_forces(s);
  series_velocity(s, 0, even);
}

// The first step, in even powers of s, of all slots.
CP_INLINE void first_steps(const cp_series *s, cp_run *run) {
  const int n = run->settings->first_order;
  for (int first = 0; first < run->slots.count; first += CP_LANES) {
    load_slots(s, run, first);
    series_start(s);
    prepare_forces(s, 1);
    series_expand(s, n, 1);
    // A step of s² has the velocity 2 Σ k xₖ s²ᵏ⁻¹; the factor 2 is as good as in the tolerance.
    series_move(s, n, vec_exp2(series_step(s, n, 0.5 * run->settings->tolerance)), 1);
    series_start(s);
    series_rate_to_velocity(s);
    store_slots(s, run, first);
    for (int i = 0; i < CP_LANES; i++) run->slots.steps[first + i] = 1;
  }
}

// Steps all slots until the tail can take over, a lane taking the next slot as it finishes one.
CP_INLINE void later_steps(const cp_series *s, cp_run *run) {
  const int n = run->settings->order;
  int slot_of[CP_LANES], steps[CP_LANES], next = 0, busy = 0;
  load_slots(s, run, 0);
  for (; next < CP_LANES; next++) {
    slot_of[next] = next < run->slots.count ? next : -1;
    steps[next] = run->slots.steps[next];
    busy += next < run->slots.count;
  }
  series_start(s);
  prepare_forces(s, 0);
  while (busy > 0) {
    const mask near = tail_is_near(s, run->settings->tail_tolerance);
    int changed = 0;
    for (int lane = 0; lane < CP_LANES; lane++) {
      const int slot = slot_of[lane];
      if (slot < 0 || !(near[lane] || steps[lane] >= run->settings->step_limit)) continue;
      store_lane(s, run, lane, slot);
      run->slots.steps[slot] = near[lane] ? steps[lane] : CP_TOO_MANY_STEPS;
      slot_of[lane] = -1;
      busy--;
      if (next >= run->slots.count) continue;
      load_lane(s, run, lane, next);
      steps[lane] = run->slots.steps[next];
      slot_of[lane] = next++;
      busy++;
      changed = 1;
    }
    if (busy == 0) return;
    if (changed) {
      series_start(s);
      prepare_forces(s, 0);
    }
    series_expand(s, n, 0);
    series_move(s, n, vec_exp2(series_step(s, n, run->settings->tolerance)), 0);
    series_start(s);
    series_rate_to_velocity(s);
    prepare_forces(s, 0);
    for (int lane = 0; lane < CP_LANES; lane++) steps[lane]++;
  }
}

CP_INLINE void tails(const cp_series *s, cp_run *run) {
  for (int first = 0; first < run->slots.count; first += CP_LANES) {
    load_slots(s, run, first);
    series_start(s);
    prepare_forces(s, 0);
    tail_add(s);
    store_slots(s, run, first);
  }
}

CP_INLINE void explode_block(const cp_series *s, cp_run *run) {
  cp_slots *slots = &run->slots;
  if (slots->count == 0) return;
  // Lanes without a row of their own repeat the last one.
  const int last = slots->count - 1, d = s->shape.dimensions;
  const int numbers = d * (s->shape.atoms - 1);
  for (int slot = slots->count; slot % CP_LANES != 0; slot++) {
    for (long i = 0; i < numbers; i++) {
      slots->x[i * CP_SLOTS + slot] = slots->x[i * CP_SLOTS + last];
      slots->v[i * CP_SLOTS + slot] = slots->v[i * CP_SLOTS + last];
    }
    for (long p = 0; p < s->shape.pairs; p++) {
      slots->charge[p * CP_SLOTS + slot] = slots->charge[p * CP_SLOTS + last];
    }
  }
  for (int slot = 0; slot < CP_SLOTS; slot++) slots->steps[slot] = 0;
  if (run->from_rest) first_steps(s, run);
  later_steps(s, run);
  tails(s, run);
}

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

CP_INLINE void divide_workspace(cp_series *s, cp_run *run, double *workspace) {
  const cp_shape shape = s->shape;
  s->orders = orders_of(run->settings);
  s->pairs = (vec *)workspace;
  s->whole = s->pairs + (long)shape.pairs * s->orders * (shape.dimensions + PAIR_SCALARS);
  s->force = s->whole + s->orders * (VELOCITY + (shape.atoms - 1) * shape.dimensions);
  s->partial = s->force + shape.atoms * shape.dimensions;
  s->charge = s->partial + shape.pairs * shape.dimensions;
  run->slots.x = (double *)(s->charge + shape.pairs);
  run->slots.v = run->slots.x + CP_SLOTS * 3L * shape.atoms;
  run->slots.charge = run->slots.v + CP_SLOTS * 3L * shape.atoms;
  run->slots.frame = run->slots.charge + (long)CP_SLOTS * shape.pairs;
}

CP_INLINE void explode(const cp_settings *settings, cp_shape shape, long rows,
                       const double *positions, const double *start, const double *charges,
                       long charge_stride, double *momenta, int32_t *outcome, double *workspace) {
  double inverse_mass[CP_MAX_ATOMS], mass = 0;
  cp_series series = {.shape = shape, .inverse_mass = inverse_mass};
  cp_run run = {.settings = settings, .from_rest = start == NULL};
  divide_workspace(&series, &run, workspace);
  for (int i = 0; i < shape.atoms; i++) mass += settings->masses[i] / shape.atoms;
  for (int i = 0; i < shape.atoms; i++) inverse_mass[i] = mass / settings->masses[i];
  const long width = 3L * shape.atoms;
  for (long row = 0; row < rows;) {
    run.slots.count = 0;
    const long begin = row;
    for (; row < rows && run.slots.count < CP_SLOTS; row++) {
      outcome[row] =
          fill_slot(&series, &run, positions + row * width,
                    start == NULL ? NULL : start + row * width, charges + row * charge_stride);
      if (outcome[row] == 0) run.slots.row[run.slots.count++] = row;
    }
    explode_block(&series, &run);
    for (int slot = 0; slot < run.slots.count; slot++) {
      outcome[run.slots.row[slot]] = run.slots.steps[slot];
      empty_slot(&series, &run, slot, momenta + run.slots.row[slot] * width);
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
