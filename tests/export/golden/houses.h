/* houses.h: a neural network exported by clearprop VERSION. This file is yours.
 *
 * 5 inputs -> 2 tanh -> 3 elu -> 3 softmax; 33 parameters, float32.
 * Largest difference from the model: SMALL on 200 rows (computed in NumPy with the file's numbers, in float32).
 *
 * Columns:
 *   built: a number, 1980 to 2020 in training
 *   area (m²): a number, 30 to 200 in training; NaN if missing
 *   city: one of Oslo, 北京
 *
 * Answer: kind, one of flat, house, hut; the probability of each.
 */

#ifndef HOUSES_H
#define HOUSES_H

#include <math.h>
#include <string.h>

#if defined(__AVR__) /* weights stay in flash */
#include <avr/pgmspace.h>
#define HOUSES_FLASH PROGMEM
#define HOUSES_READ(x) pgm_read_float(&(x))
#else
#define HOUSES_FLASH
#define HOUSES_READ(x) (x)
#endif

/* city */
enum {
    HOUSES_CITY_OSLO, /* "Oslo" */
    HOUSES_CITY_TEXT_2 /* "北京" */
};

/* Return the number of a text in that column; -1 if it is none of these. */
static inline int houses_city_from(const char *text)
{
    static const char *const texts[] = {
        "Oslo",
        "\345\214\227\344\272\254"
    };
    for (int i = 0; i < 2; ++i)
        if (strcmp(text, texts[i]) == 0)
            return i;
    return -1;
}

/* What one prediction is made from. */
struct houses_row {
    float built; /* built: a number, 1980 to 2020 in training */
    float area_m2; /* area (m²): a number, 30 to 200 in training; NaN if missing */
    int city; /* HOUSES_CITY_..., or houses_city_from(text) */
};

enum { HOUSES_VALUES = 3 };

/* The classes of kind. */
static const char *const houses_classes[] = {
    "flat",
    "house",
    "hut"
};

/* Taken off the features first, which keeps their digits. */
static const float houses_shift[] HOUSES_FLASH = {
    2000.0f, 0.0f, 0.0f, 0.0f, 0.0f
};

/* Layer 1: 5 -> 2, tanh. A line is a unit: its bias, then its weights. */
static const float houses_layer_1[] HOUSES_FLASH = {
    -0.100000001f, 0.0199999996f, -0.00499999989f, -0.25f, 0.0f, 0.25f,
    0.200000003f, -0.0299999993f, -0.00374999992f, -0.125f, 0.125f, 0.375f
};

/* Layer 2: 2 -> 3, elu. A line is a unit: its bias, then its weights. */
static const float houses_layer_2[] HOUSES_FLASH = {
    -0.125f, 0.75f, -0.5f,
    0.0f, -0.75f, -0.375f,
    0.125f, -0.625f, -0.25f
};

/* Layer 3: 3 -> 3, softmax. A line is a unit: its bias, then its weights. */
static const float houses_layer_3[] HOUSES_FLASH = {
    -0.25f, 0.25f, 0.625f, -0.625f,
    -0.125f, 0.375f, 0.75f, -0.5f,
    0.0f, 0.5f, -0.75f, -0.375f
};

/* Fill z with the weighted sums of a layer's units. */
static inline void houses_sums(const float *units, int inputs, int count,
    const float *a, float *z)
{
    for (int j = 0; j < count; ++j) {
        float sum = HOUSES_READ(*units);
        ++units;
        for (int i = 0; i < inputs; ++i, ++units)
            sum += HOUSES_READ(*units) * a[i];
        z[j] = sum;
    }
}

#if defined(__AVR__)
static inline float houses_expm1(float x)
{
    const float u = expf(x);
    return (x > 1.0f ? u - 1.0f : (x < -36.0f ? u - 1.0f : (u == 1.0f ? x : (u - 1.0f) * x / logf(u))));
}
#else
static inline float houses_expm1(float x)
{
    return expm1f(x);
}
#endif

static inline float houses_tanh(float z)
{
    return tanhf(z);
}

static inline float houses_elu(float z)
{
    return (z > 0.0f ? z : houses_expm1(fminf(z, 0.0f)));
}

/* Change sums into shares that add up to 1. */
static inline void houses_softmax(float *z, int count)
{
    float largest = z[0], sum = 0.0f;
    for (int j = 1; j < count; ++j)
        if (z[j] > largest)
            largest = z[j];
    for (int j = 0; j < count; ++j) {
        z[j] = expf(z[j] - largest);
        sum += z[j];
    }
    for (int j = 0; j < count; ++j)
        z[j] /= sum;
}

/* Fill out with the probabilities, from the features x: the columns in their order, a text as
 * one feature for each category, 1 or 0. Nothing is checked. */
static inline void houses_network(const float x[5], float out[3])
{
    float a0[5], a1[2], a2[3];
    for (int i = 0; i < 5; ++i)
        a0[i] = x[i] - HOUSES_READ(houses_shift[i]);
    houses_sums(houses_layer_1, 5, 2, a0, a1);
    for (int j = 0; j < 2; ++j)
        a1[j] = houses_tanh(a1[j]);
    houses_sums(houses_layer_2, 2, 3, a1, a2);
    for (int j = 0; j < 3; ++j)
        a2[j] = houses_elu(a2[j]);
    houses_sums(houses_layer_3, 3, 3, a2, out);
    houses_softmax(out, 3);
}

static inline int houses_is_usable(float x)
{
    return fabsf(x) <= 3.4e38f;
}

/* Fill x with the features of a row, and return 0. Of a row with a value that
 * cannot be used (no finite number, no known text) return the column's number, from
 * 1. */
static inline int houses_features(const struct houses_row *row, float x[5])
{
    x[0] = row->built;
    if (!houses_is_usable(x[0]))
        return 1;
    x[1] = isnan(row->area_m2) ? 80.5f : row->area_m2;
    x[2] = isnan(row->area_m2) ? 1.0f : 0.0f;
    if (!houses_is_usable(x[1]))
        return 2;
    if (row->city < 0 || row->city >= 2)
        return 3;
    for (int i = 0; i < 2; ++i)
        x[3 + i] = row->city == i ? 1.0f : 0.0f;
    return 0;
}

/* Fill out with the probabilities. Return what houses_features returns. */
static inline int houses_outputs(const struct houses_row *row, float out[3])
{
    float x[5];
    const int refused = houses_features(row, x);
    if (refused == 0)
        houses_network(x, out);
    return refused;
}

/* Return the number in houses_classes of the most probable class. */
static inline int houses_best(const float out[3])
{
    int best = 0;
    for (int k = 1; k < 3; ++k)
        if (out[k] > out[best])
            best = k;
    return best;
}

/* Return the number of the class in houses_classes, or -1 for a row that cannot be used. */
static inline int houses_predict(const struct houses_row *row)
{
    float out[3];
    if (houses_outputs(row, out) != 0)
        return -1;
    return houses_best(out);
}

#endif /* HOUSES_H */
