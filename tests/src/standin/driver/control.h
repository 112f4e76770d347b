// What the libraries of the stand-in tell the tests.
#pragma once

#include <set>

namespace standin {

// Handles of cuBLAS that were created and not destroyed.
long long& liveHandles();

// Descriptions of products, layouts and preferences of cuBLASLt that were created and not destroyed.
long long& liveDescriptions();

// The epilogues for which cuBLASLt is to have no algorithm.
std::set<int>& refusedEpilogues();

}  // namespace standin
