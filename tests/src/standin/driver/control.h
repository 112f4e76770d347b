// What the libraries of the stand-in tell the tests.
#pragma once

namespace standin {

// Handles of cuBLAS that were created and not destroyed.
long long& liveHandles();

}  // namespace standin
