// Counting calls, and failing those that a test chose.
#pragma once

#include <string>

#include "status.h"

namespace standin {

// Counts a call of an API function; the status it must return, or SUCCESS.
Status countCall(const char* name);

// Counts an execution of a kernel; the status it must fail with, or SUCCESS.
Status countKernel(const char* name);

// The `nth` call from now on fails with `status`; 0 or less clears.
void planFault(const std::string& name, long long nth, Status status);

// Calls since the last reset; "*" for all API functions.
long long callsOf(const std::string& name);

void resetFaults();

}  // namespace standin
