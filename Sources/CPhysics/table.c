// The table of shapes: rectangles in (ρ, φ), split until the map of shapes is close to linear in
// each. A rectangle near a collision keeps its proportions whatever the distance, so that a pair as
// close as a millionth costs no more than one at a tenth.

#include <string.h>

#include "inverse.h"

// ρ runs over ROOTS_RHO sides of half a unit up to the largest that a closest pair can have,
// r = 2/√3; φ over ROOTS_PHI parts of π. Places are counted in 2⁻¹⁶ and 2⁻²⁷ of a side.
enum { ROOTS_RHO = 24, ROOTS_PHI = 8, RHO_BITS = 16, PHI_BITS = 27 };
static const double RHO_SIDE = 0.5, RHO_END = 0.15;

// A cell is split when its derivatives vary by more than this part of themselves, or when its
// image is longer.
static const double VARIATION = 0.15, LENGTH = 0.05, FLOOR = 3e-8;

static double rho_of(uint32_t place) {
  return RHO_END - ROOTS_RHO * RHO_SIDE + RHO_SIDE * ldexp(place, -RHO_BITS);
}

static double phi_of(uint32_t place) { return M_PI / ROOTS_PHI * ldexp(place, -PHI_BITS); }

// Room for `count` things of `size` bytes; the old memory stays valid when there is none.
static int grow(void **memory, long *room, long count, size_t size) {
  if (count <= *room) return 1;
  const long wanted = count + count / 2 + 1024;
  void *moved = realloc(*memory, wanted * size);
  if (moved == NULL) return 0;
  *memory = moved;
  *room = wanted;
  return 1;
}

static uint64_t key_of(int chart, uint32_t rho, uint32_t phi) {
  return ((uint64_t)(chart + 1) << 62) | ((uint64_t)rho << 32) | phi;
}

static long slot_of(const cp_table *t, uint64_t key) {
  uint64_t h = key * 0x9E3779B97F4A7C15u;
  long slot = (long)((h ^ (h >> 29)) & (uint64_t)(t->hash_room - 1));
  while (t->keys[slot] != 0 && t->keys[slot] != key) slot = (slot + 1) & (t->hash_room - 1);
  return slot;
}

static int grow_hash(cp_table *t) {
  if (2 * t->vertex_count + 2 < t->hash_room) return 1;
  const long room = t->hash_room == 0 ? 1 << 16 : 2 * t->hash_room;
  uint64_t *old_keys = t->keys;
  int32_t *old_numbers = t->numbers;
  const long old_room = t->hash_room;
  t->keys = calloc(room, sizeof *t->keys);
  t->numbers = calloc(room, sizeof *t->numbers);
  t->hash_room = room;
  if (t->keys != NULL && t->numbers != NULL) {
    for (long i = 0; i < old_room; i++) {
      if (old_keys[i] == 0) continue;
      const long slot = slot_of(t, old_keys[i]);
      t->keys[slot] = old_keys[i];
      t->numbers[slot] = old_numbers[i];
    }
  }
  free(old_keys);
  free(old_numbers);
  return t->keys != NULL && t->numbers != NULL;
}

// The number of the vertex at a place, a new one if there is none; −1 without memory.
static int32_t vertex_at(cp_table *t, int chart, uint32_t rho, uint32_t phi) {
  if (!grow_hash(t)) return -1;
  const uint64_t key = key_of(chart, rho, phi);
  const long slot = slot_of(t, key);
  if (t->keys[slot] == key) return t->numbers[slot];
  if (!grow((void **)&t->vertices, &t->vertex_room, t->vertex_count + 1, sizeof *t->vertices)) {
    return -1;
  }
  t->vertices[t->vertex_count] = (cp_vertex){.at = {chart, rho_of(rho), phi_of(phi)}};
  t->keys[slot] = key;
  t->numbers[slot] = (int32_t)t->vertex_count;
  return (int32_t)t->vertex_count++;
}

// Whether all of a cell's corners have another pair that is closer, by far enough for all of the
// cell to have it.
static int is_elsewhere(cp_place place) {
  for (int k = 0; k < 4; k++) {
    const double rho = rho_of(place.rho + (k & 1) * place.rho_side);
    const double phi = phi_of(place.phi + (k >> 1) * place.phi_side);
    const double r = exp(rho), c = fabs(cos(phi));
    // The square of the other pairs' lesser distance, in units of the third atom's.
    const double other = 1 - r * c + 0.25 * r * r;
    if (r * r < 1.1 * other) return 0;
  }
  return 1;
}

static int add_cell(cp_table *t, cp_place place, long number) {
  if (number == t->cell_count) {
    long room = t->cell_room;
    if (!grow((void **)&t->cells, &room, number + 1, sizeof *t->cells)) return 0;
    if (!grow((void **)&t->places, &t->cell_room, number + 1, sizeof *t->places)) return 0;
    t->cell_count++;
  }
  t->places[number] = place;
  for (int k = 0; k < 4; k++) {
    const int32_t vertex = vertex_at(t, place.chart, place.rho + (k & 1) * place.rho_side,
                                     place.phi + (k >> 1) * place.phi_side);
    if (vertex < 0) return 0;
    t->cells[number].vertex[k] = vertex;
  }
  if (!grow((void **)&t->open, &t->open_room, t->open_count + 1, sizeof *t->open)) return 0;
  t->open[t->open_count++] = (int32_t)number;
  return 1;
}

cp_table *empty_table(const double *masses, const double *charges) {
  cp_table *t = calloc(1, sizeof *t);
  if (t == NULL) return NULL;
  const double *m = masses, pair = m[0] + m[1];
  const double first = sqrt(m[0] * m[1] / pair), second = sqrt(m[2] * pair / (pair + m[2]));
  for (int i = 0; i < 3; i++) {
    t->masses[i] = masses[i];
    t->charges[i] = charges[i];
    const double one = i == 0 ? -first : i == 1 ? first : 0;
    const double two = i == 2 ? second : -second * m[i] / pair;
    t->plus[i] = complex_of(one, two);
    t->minus[i] = complex_of(one, -two);
  }
  return t;
}

cp_table *cp_table_create(const double *masses, const double *charges) {
  cp_table *t = empty_table(masses, charges);
  if (t == NULL) return NULL;
  for (int chart = 0; chart < 3 && !t->failed; chart++) {
    for (uint32_t i = 0; i < ROOTS_RHO; i++) {
      for (uint32_t j = 0; j < ROOTS_PHI; j++) {
        const cp_place place = {.rho = i << RHO_BITS,
                                .phi = j << PHI_BITS,
                                .rho_side = 1u << RHO_BITS,
                                .phi_side = 1u << PHI_BITS,
                                .chart = chart};
        if (!add_cell(t, place, t->cell_count)) t->failed = 1;
      }
    }
  }
  if (!t->failed) return t;
  cp_table_free(t);
  return NULL;
}

void cp_table_free(cp_table *t) {
  if (t == NULL) return;
  free(t->vertices);
  free(t->cells);
  free(t->places);
  free(t->open);
  free(t->keys);
  free(t->numbers);
  free(t->bins);
  free(t->members);
  free(t);
}

long cp_table_waiting(const cp_table *t) { return t->vertex_count - t->evaluated; }

long cp_table_cells(const cp_table *t) { return t->cell_count; }

int cp_table_evaluate(cp_table *t, long begin, long end) {
  enum { AT_ONCE = 256 };
  cp_batch batch;
  if (!batch_create(&batch, t, AT_ONCE)) return 0;
  for (long from = begin; from < end; from += AT_ONCE) {
    const long count = end - from < AT_ONCE ? end - from : AT_ONCE;
    cp_vertex *vertices = t->vertices + t->evaluated + from;
    cp_shape_point points[AT_ONCE];
    complex_t q[AT_ONCE], dq[AT_ONCE][2];
    for (long k = 0; k < count; k++) points[k] = vertices[k].at;
    batch_run(&batch, t, CP_FINE, count, points, q, dq, NULL);
    for (long k = 0; k < count; k++) {
      vertices[k].q[0] = creal(q[k]);
      vertices[k].q[1] = cimag(q[k]);
      for (int e = 0; e < 2; e++) {
        vertices[k].dq[2 * e] = creal(dq[k][e]);
        vertices[k].dq[2 * e + 1] = cimag(dq[k][e]);
      }
    }
  }
  batch_free(&batch);
  return 1;
}

static complex_t vertex_dq(const cp_vertex *v, int e) {
  return complex_of(v->dq[2 * e], v->dq[2 * e + 1]);
}

// Of a cell, along ρ and along φ: the length of its image, and by how much both derivatives, times
// the sides, change from one edge to the other.
typedef struct {
  double length[2], change[2];
} cp_bend;

static cp_bend bend_of(const cp_table *t, long number) {
  const cp_place place = t->places[number];
  const double side[2] = {rho_of(place.rho + place.rho_side) - rho_of(place.rho),
                          phi_of(place.phi + place.phi_side) - phi_of(place.phi)};
  cp_bend bend = {{0, 0}, {0, 0}};
  for (int along = 0; along < 2; along++) {
    for (int edge = 0; edge < 2; edge++) {
      const int from = along == 0 ? 2 * edge : edge, to = from + (along == 0 ? 1 : 2);
      const cp_vertex *a = t->vertices + t->cells[number].vertex[from];
      const cp_vertex *b = t->vertices + t->cells[number].vertex[to];
      double change = 0;
      for (int e = 0; e < 2; e++) change += cabs(vertex_dq(b, e) - vertex_dq(a, e)) * side[e];
      // What the edge's ends say of its middle has to agree with how far apart they are.
      const complex_t step = vertex_q(b) - vertex_q(a);
      const complex_t said = 0.5 * side[along] * (vertex_dq(a, along) + vertex_dq(b, along));
      bend.change[along] = fmax(bend.change[along], change + 4 * cabs(step - said));
      for (int k = 0; k < 2; k++) {
        const double length = cabs(vertex_dq(k == 0 ? a : b, along)) * side[along];
        bend.length[along] = fmax(bend.length[along], length);
      }
    }
  }
  return bend;
}

// The box of a cell's image: its corners and what a bend can add.
static void bound_cell(cp_table *t, long number) {
  const cp_bend bend = bend_of(t, number);
  const double margin = 0.5 * (bend.change[0] + bend.change[1]) + 1e-9;
  cp_cell *cell = t->cells + number;
  for (int c = 0; c < 2; c++) {
    cell->low[c] = INFINITY;
    cell->high[c] = -INFINITY;
    for (int k = 0; k < 4; k++) {
      const double q = t->vertices[cell->vertex[k]].q[c];
      cell->low[c] = fminf(cell->low[c], (float)(q - margin));
      cell->high[c] = fmaxf(cell->high[c], (float)(q + margin));
    }
  }
}

// Along which direction a cell has to be split; −1 for none.
static int split_of(const cp_table *t, long number) {
  const cp_place place = t->places[number];
  const cp_bend bend = bend_of(t, number);
  const double size = bend.length[0] + bend.length[1];
  // An impact parameter of the pair's own size is the least that matters.
  const double least = 0.01 * exp(rho_of(place.rho));
  const int may[2] = {place.rho_side > 1 << (RHO_BITS - 5), phi_of(place.phi_side) > least};
  int worst = -1;
  double most = 0;
  for (int e = 0; e < 2; e++) {
    const double excess =
        fmax(bend.change[e] / (VARIATION * size + FLOOR), bend.length[e] / LENGTH);
    if (may[e] && excess > most) {
      most = excess;
      worst = e;
    }
  }
  return most > 1 ? worst : -1;
}

int cp_table_split(cp_table *t) {
  t->evaluated = t->vertex_count;
  int32_t *open = t->open;
  const long count = t->open_count;
  t->open = NULL;
  t->open_count = t->open_room = 0;
  int enough = 1;
  for (long i = 0; i < count && enough; i++) {
    const int along = split_of(t, open[i]);
    if (along < 0 || is_elsewhere(t->places[open[i]])) continue;
    cp_place first = t->places[open[i]], second = first;
    if (along == 0) {
      first.rho_side = second.rho_side /= 2;
      second.rho += second.rho_side;
    } else {
      first.phi_side = second.phi_side /= 2;
      second.phi += second.phi_side;
    }
    enough = add_cell(t, first, open[i]) && add_cell(t, second, t->cell_count);
  }
  free(open);
  return enough;
}

// Removes the cells that another chart has as well.
static void drop_others(cp_table *t) {
  long kept = 0;
  for (long i = 0; i < t->cell_count; i++) {
    if (is_elsewhere(t->places[i])) continue;
    t->places[kept] = t->places[i];
    t->cells[kept++] = t->cells[i];
  }
  t->cell_count = kept;
}

// Counts, or writes, the members of every bin.
static void sort_cells(cp_table *t, int writes) {
  for (long i = 0; i < t->cell_count; i++) {
    const cp_cell *cell = t->cells + i;
    for (int y = bin_of(cell->low[1]); y <= bin_of(cell->high[1]); y++) {
      for (int x = bin_of(cell->low[0]); x <= bin_of(cell->high[0]); x++) {
        int32_t *bin = t->bins + y * CP_BINS + x;
        if (writes) {
          t->members[bin[0]++] = (int32_t)i;
        } else {
          bin[1]++;
        }
      }
    }
  }
}

int fill_bins(cp_table *t) {
  const long bins = CP_BINS * CP_BINS;
  t->bins = calloc(bins + 2, sizeof *t->bins);
  if (t->bins == NULL) return 0;
  sort_cells(t, 0);
  for (long b = 0; b < bins; b++) t->bins[b + 1] += t->bins[b];
  t->members = malloc(sizeof *t->members * (t->bins[bins] + 1));
  if (t->members == NULL) return 0;
  sort_cells(t, 1);
  memmove(t->bins + 1, t->bins, sizeof *t->bins * bins);
  t->bins[0] = 0;
  return 1;
}

int cp_table_index(cp_table *t) {
  drop_others(t);
  for (long i = 0; i < t->cell_count; i++) bound_cell(t, i);
  return fill_bins(t);
}
