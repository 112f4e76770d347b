// What device work looks at before it reads and after it wrote. Both end the work where something is wrong.
#pragma once

#include "context.h"

namespace standin {

// The address is null, or one that the context's device can reach.
void requireReachable(const Context& context, const char* by, int argument, const void* pointer);

// Nothing was written just outside the allocation of this address.
void requireIntact(const char* by, const void* pointer);

}  // namespace standin
