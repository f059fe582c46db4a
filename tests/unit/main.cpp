// Catch2 v2's main; with v3 it comes from Catch2's own library and this file is not compiled.
#define CATCH_CONFIG_MAIN
#include "catch.h"
