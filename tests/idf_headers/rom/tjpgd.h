// tjpgd.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ROM_TJPGD_H
#define THIMBLE_IDF_ROM_TJPGD_H

typedef unsigned int UINT;
typedef unsigned char BYTE;
typedef unsigned short WORD;
typedef short SHORT;
typedef long LONG;

typedef enum {
    JDR_OK = 0,
    JDR_INTR,
    JDR_INP,
    JDR_MEM1,
    JDR_MEM2,
    JDR_PAR,
    JDR_FMT1,
    JDR_FMT2,
    JDR_FMT3,
} JRESULT;

typedef struct {
    WORD left, right, top, bottom;
} JRECT;

typedef struct JDEC {
    UINT width, height;
    void *device;
} JDEC;

JRESULT jd_prepare(JDEC *decoder, UINT (*infunc)(JDEC *, BYTE *, UINT), void *pool, UINT pool_bytes, void *device);
JRESULT jd_decomp(JDEC *decoder, UINT (*outfunc)(JDEC *, void *, JRECT *), BYTE scale);

#endif
