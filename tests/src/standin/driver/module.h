// A loaded image, and its kernels.
#pragma once

#include <memory>
#include <string>

#include "context.h"
#include "kernels.h"
#include "registry.h"

namespace standin {

struct Module {
    Context* context;
    // Names of the kernels in the image; empty where the image is text, which is believed.
    std::string kernels;
    bool isText;
};

struct Function {
    std::shared_ptr<Module> module;
    std::string name;
    int mostDynamicShared = 0;
};

Registry<Module>& modules();

// The kernel behind a handle of cuModuleGetFunction.
std::shared_ptr<Function> functionOf(void* handle);

}  // namespace standin
