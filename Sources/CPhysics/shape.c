// Points of the charts and the shapes of their velocities.

#include "inverse.h"

int batch_create(cp_batch *batch, const cp_table *table, long room) {
  *batch = (cp_batch){.room = room};
  batch->settings = (cp_settings){
      .atoms = 3, .order = 20, .first_order = 20, .step_limit = 2000, .masses = table->masses};
  const long width = 9 * room, scratch = cp_workspace_count(&batch->settings, 2);
  batch->positions = malloc(sizeof(double) * 6 * width);
  batch->workspace = aligned_alloc(64, (sizeof(double) * scratch + 63) / 64 * 64);
  batch->outcome = malloc(sizeof(int32_t) * 2 * room);
  if (!batch->positions || !batch->workspace || !batch->outcome) {
    batch_free(batch);
    return 0;
  }
  batch->members = batch->outcome + room;
  batch->momenta = batch->positions + width;
  batch->displacements = batch->momenta + width;
  batch->tangents = batch->displacements + 2 * width;
  return 1;
}

void batch_free(cp_batch *batch) {
  free(batch->positions);
  free(batch->workspace);
  free(batch->outcome);
}

static void put(double *row, int atom, complex_t x) {
  row[3 * atom] = creal(x);
  row[3 * atom + 1] = cimag(x);
  row[3 * atom + 2] = 0;
}

// ζ₁ ± iζ₂ of a row of momenta, whose atoms are in the order of a chart.
static complex_t combined(const cp_table *table, int chart, const complex_t *factors,
                          const double *momenta) {
  complex_t sum = 0;
  for (int i = 0; i < 3; i++) {
    const int atom = atom_of(chart, i);
    const complex_t v = complex_of(momenta[3 * i], momenta[3 * i + 1]) / table->masses[atom];
    sum += times(factors[atom], v);
  }
  return sum;
}

// Explodes the points of one chart. The pair comes first: its distance is then one of the numbers
// that are integrated, not the difference of two.
static void run_chart(cp_batch *batch, const cp_table *table, int chart, long count,
                      const cp_shape_point *points, const int32_t *members, complex_t *q,
                      complex_t (*dq)[2], complex_t *velocity) {
  double masses[3], charges[3];
  for (int i = 0; i < 3; i++) {
    masses[i] = table->masses[atom_of(chart, i)];
    charges[i] = table->charges[atom_of(chart, i)];
  }
  for (long k = 0; k < count; k++) {
    complex_t x[3];
    point_positions(points[members[k]], x);
    for (int i = 0; i < 3; i++) {
      const int atom = atom_of(chart, i);
      const complex_t moved = atom == chart ? 0 : x[atom];
      put(batch->positions + 9 * k, i, x[atom]);
      put(batch->displacements + 18 * k, i, moved);
      put(batch->displacements + 18 * k + 9, i, times(I, moved));
    }
  }
  batch->settings.masses = masses;
  const cp_explosions call = {.rows = count,
                              .positions = batch->positions,
                              .charges = charges,
                              .directions = dq == NULL ? 0 : 2,
                              .in_plane = 1,
                              .displacements = batch->displacements,
                              .momenta = batch->momenta,
                              .tangents = batch->tangents,
                              .outcome = batch->outcome};
  cp_explode(&batch->settings, &call, batch->workspace);
  for (long k = 0; k < count; k++) {
    const double *momenta = batch->momenta + 9 * k;
    const complex_t minus = combined(table, chart, table->minus, momenta);
    const complex_t shape = divided(combined(table, chart, table->plus, momenta), minus);
    q[members[k]] = shape;
    if (velocity != NULL) velocity[members[k]] = minus;
    for (int e = 0; e < 2 && dq != NULL; e++) {
      const double *change = batch->tangents + 18 * k + 9 * e;
      dq[members[k]][e] = divided(combined(table, chart, table->plus, change) -
                                      times(shape, combined(table, chart, table->minus, change)),
                                  minus);
    }
  }
}

// How accurately a point is exploded: a close pair multiplies errors by about exp(−ρ).
static int level_of(int asked, double rho) {
  const int least = rho > -3 ? CP_ROUGH : rho > -6 ? CP_FINE : CP_EXACT;
  if (asked == CP_EXACT && rho < -4) return CP_REFERENCE;
  return asked > least ? asked : least;
}

void batch_run(cp_batch *batch, const cp_table *table, int accuracy, long count,
               const cp_shape_point *points, complex_t *q, complex_t (*dq)[2],
               complex_t *velocity) {
  static const struct {
    int order, first_order;
    double tolerance, tail_tolerance;
  } levels[] = {
      {11, 13, 2e-6, 7e-8}, {17, 20, 1e-10, 5e-12}, {20, 20, 1e-13, 1e-13}, {20, 20, 1e-15, 1e-15}};
  for (int level = accuracy; level <= CP_REFERENCE; level++) {
    batch->settings.order = levels[level].order;
    batch->settings.first_order = levels[level].first_order;
    batch->settings.tolerance = levels[level].tolerance;
    batch->settings.tail_tolerance = levels[level].tail_tolerance;
    for (int chart = 0; chart < 3; chart++) {
      long found = 0;
      for (long k = 0; k < count; k++) {
        if (points[k].chart == chart && level_of(accuracy, points[k].rho) == level) {
          batch->members[found++] = (int32_t)k;
        }
      }
      if (found == 0) continue;
      run_chart(batch, table, chart, found, points, batch->members, q, dq, velocity);
    }
  }
}

cp_shape_point point_in_own_chart(cp_shape_point at) {
  complex_t x[3];
  point_positions(at, x);
  int chart = at.chart;
  double least = INFINITY;
  for (int l = 0; l < 3; l++) {
    const double apart = square(x[(l + 1) % 3] - x[(l + 2) % 3]);
    if (apart < least * (1 - 1e-12)) {
      least = apart;
      chart = l;
    }
  }
  if (chart == at.chart) return at;
  const complex_t a = x[(chart + 1) % 3], b = x[(chart + 2) % 3];
  const complex_t e = divided(a - b, x[chart] - 0.5 * (a + b));
  return (cp_shape_point){chart, 0.5 * log(square(e)), carg(e)};
}
