#include "block.h"
#include "include/CPhysics.h"
#include "rows.h"

static int orders_of(const cp_settings *settings) {
  const int n = settings->order > settings->first_order ? settings->order : settings->first_order;
  return n + 2;
}

// Vectors of the motion's series, and of its derivatives'.
static long series_count(cp_shape shape, int orders) {
  const long bodies = (shape.atoms - 1) * shape.dimensions;
  return (long)shape.pairs * orders * (shape.dimensions + PAIR_SCALARS) +
         orders * (VELOCITY + bodies) + shape.atoms * shape.dimensions +
         shape.pairs * (shape.dimensions + 1);
}

static long tangent_count(cp_shape shape, int orders, long directions) {
  const long bodies = (shape.atoms - 1) * shape.dimensions;
  const long pairs = (long)shape.pairs * orders * (shape.dimensions + TANGENT_SCALARS);
  const long whole = orders * (CHANGE_VELOCITY + bodies);
  return directions == 0 ? 0 : (shape.pairs + 1L) * orders + directions * (pairs + whole);
}

long cp_workspace_count(const cp_settings *settings, long directions) {
  const cp_shape shape = cp_shape_of(settings->atoms, 3);
  const int orders = orders_of(settings);
  return (series_count(shape, orders) + tangent_count(shape, orders, directions)) * CP_LANES +
         CP_SLOTS * ((1 + directions) * 6L * shape.atoms + shape.pairs + FRAME_COUNT);
}

CP_INLINE void divide_workspace(cp_series *s, cp_slots *slots, double *workspace) {
  const cp_shape shape = s->shape;
  const long bodies = (shape.atoms - 1) * shape.dimensions;
  s->orders = orders_of(slots->settings);
  s->pairs = (vec *)workspace;
  s->whole = s->pairs + (long)shape.pairs * s->orders * (shape.dimensions + PAIR_SCALARS);
  s->force = s->whole + s->orders * (VELOCITY + bodies);
  s->partial = s->force + shape.atoms * shape.dimensions;
  s->charge = s->partial + shape.pairs * shape.dimensions;
  s->stiffness = s->charge + shape.pairs;
  s->tangent_pairs = s->stiffness + (s->directions > 0 ? (shape.pairs + 1L) * s->orders : 0);
  s->tangent_whole = s->tangent_pairs + (long)s->directions * shape.pairs * s->orders *
                                            (shape.dimensions + TANGENT_SCALARS);
  slots->x =
      (double *)(s->tangent_whole + (long)s->directions * s->orders * (CHANGE_VELOCITY + bodies));
  slots->v = slots->x + (1L + s->directions) * CP_SLOTS * 3L * shape.atoms;
  slots->charge = slots->v + (1L + s->directions) * CP_SLOTS * 3L * shape.atoms;
  slots->frame = slots->charge + (long)CP_SLOTS * shape.pairs;
}

CP_INLINE void explode(const cp_settings *settings, cp_shape shape, int directions,
                       const cp_explosions *call, double *workspace) {
  double inverse_mass[CP_MAX_ATOMS];
  cp_series series = {.shape = shape, .inverse_mass = inverse_mass, .directions = directions};
  cp_slots slots = {.settings = settings, .from_rest = call->start == NULL, .mass = INFINITY};
  divide_workspace(&series, &slots, workspace);
  for (int i = 0; i < shape.atoms; i++) slots.mass = fmin(slots.mass, settings->masses[i]);
  for (int i = 0; i < shape.atoms; i++) inverse_mass[i] = slots.mass / settings->masses[i];
  for (long row = 0; row < call->rows;) {
    const long end = fill_slots(&series, &slots, call, row);
    explode_block(&series, &slots);
    empty_slots(&series, &slots, call, row, end);
    row = end;
  }
}

CP_CLONES static void explode_planar(const cp_settings *settings, const cp_explosions *call,
                                     double *workspace) {
  explode(settings, cp_shape_of(3, 2), 0, call, workspace);
}

// With the two directions in which the shape of three atoms can change.
CP_CLONES static void explode_planar_shape(const cp_settings *settings, const cp_explosions *call,
                                           double *workspace) {
  explode(settings, cp_shape_of(3, 2), 2, call, workspace);
}

CP_CLONES static void explode_any(const cp_settings *settings, const cp_explosions *call,
                                  double *workspace) {
  explode(settings, cp_shape_of(settings->atoms, 3), 0, call, workspace);
}

CP_CLONES static void explode_any_tangents(const cp_settings *settings, const cp_explosions *call,
                                           double *workspace) {
  explode(settings, cp_shape_of(settings->atoms, 3), call->directions, call, workspace);
}

// An atom by itself keeps its momentum.
static void keep_momenta(const cp_explosions *call) {
  for (long row = 0; row < call->rows; row++) {
    double sum = 0;
    for (long i = 3 * row; i < 3 * row + 3; i++) {
      call->momenta[i] = call->start == NULL ? 0 : call->start[i];
      sum += 0 * (call->momenta[i] + call->positions[i]);
    }
    call->outcome[row] = sum == 0 ? 0 : CP_NOT_FINITE;
    for (long i = 3 * row; call->outcome[row] < 0 && i < 3 * row + 3; i++) call->momenta[i] = NAN;
  }
  for (long i = 0; i < 3 * call->rows * call->directions; i++) {
    call->tangents[i] = call->outcome[i / (3 * call->directions)] < 0 ? NAN : 0;
  }
}

void cp_explode(const cp_settings *settings, const cp_explosions *call, double *workspace) {
  const int planar = settings->atoms == 3 && call->start == NULL;
  if (settings->atoms == 1) {
    keep_momenta(call);
  } else if (planar && call->directions == 0) {
    explode_planar(settings, call, workspace);
  } else if (planar && call->directions == 2 && call->in_plane) {
    explode_planar_shape(settings, call, workspace);
  } else if (call->directions == 0) {
    explode_any(settings, call, workspace);
  } else {
    explode_any_tangents(settings, call, workspace);
  }
}
