// Counting calls, and failing those that a test chose.
#include "faults.h"

#include <map>

namespace standin {

namespace {

struct Plan {
    long long left;  // calls until the fault; 0 is none
    Status status;
};

std::map<std::string, long long> counts;
std::map<std::string, Plan> plans;
long long allCalls = 0;

// The name without the version that the headers hide: cuMemAlloc for cuMemAlloc_v2.
std::string plainName(const std::string& name) {
    std::size_t end = name.size();
    bool versioned = end > 3 && name[end - 3] == '_' && name[end - 2] == 'v';
    return versioned && name[end - 1] >= '0' && name[end - 1] <= '9' ? name.substr(0, end - 3) : name;
}

Status due(const std::string& name) {
    auto found = plans.find(name);
    if (found == plans.end() || --found->second.left > 0) {
        return SUCCESS;
    }
    Status status = found->second.status;
    plans.erase(found);
    return status;
}

}  // namespace

Status countCall(const char* name) {
    allCalls++;
    std::string plain = plainName(name);
    counts[plain]++;
    if (plans.empty()) {
        return SUCCESS;
    }
    Status any = due("*");
    Status own = due(plain);
    return own != SUCCESS ? own : any;
}

Status countKernel(const char* name) {
    counts[name]++;
    return plans.empty() ? Status(SUCCESS) : due(name);
}

void planFault(const std::string& name, long long nth, Status status) {
    std::string plain = plainName(name);
    if (nth <= 0) {
        plans.erase(plain);
    } else {
        plans[plain] = {nth, status};
    }
}

long long callsOf(const std::string& name) {
    if (name == "*") {
        return allCalls;
    }
    auto found = counts.find(plainName(name));
    return found == counts.end() ? 0 : found->second;
}

void resetFaults() {
    counts.clear();
    plans.clear();
    allCalls = 0;
}

}  // namespace standin
