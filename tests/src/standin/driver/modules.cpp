// Modules: images of kernels. What runs is what g++ compiled; the image is checked for being one that the GPU would
// take and for holding the kernel that is asked for.
#include "module.h"

#include <elf.h>

#include <cstring>

#include "api.h"
#include "capture.h"
#include "device.h"

namespace standin {

namespace {

constexpr int CUDA_MACHINE = 190;

Registry<Function>& functions() {
    static Registry<Function> all;
    return all;
}

// The architecture that a cubin was compiled for: 90 for sm_90. Its place depends on the version of the format.
int architectureOf(const Elf64_Ehdr& header) {
    return header.e_ident[EI_ABIVERSION] >= 8 ? header.e_flags >> 8 & 0xff : header.e_flags & 0xff;
}

// The names of the sections, each between zeros: that of a kernel's code is `.text.` and its name.
std::string sectionNames(const char* image, const Elf64_Ehdr& header) {
    auto* sections = reinterpret_cast<const Elf64_Shdr*>(image + header.e_shoff);
    const Elf64_Shdr& names = sections[header.e_shstrndx];
    return std::string(1, '\0') + std::string(image + names.sh_offset, names.sh_size);
}

std::shared_ptr<Module> read(Context& context, const char* image) {
    require(image != nullptr, INVALID_VALUE);
    auto module = std::make_shared<Module>();
    module->context = &context;
    module->isText = std::memcmp(image, ELFMAG, 4) != 0;
    if (module->isText) {
        std::string start(image, strnlen(image, 1 << 14));
        require(start.find(".version") != std::string::npos, INVALID_IMAGE);
        return module;
    }
    auto* header = reinterpret_cast<const Elf64_Ehdr*>(image);
    require(header->e_machine == CUDA_MACHINE, INVALID_IMAGE);
    // The same major number, and a minor one that is not higher.
    int architecture = architectureOf(*header);
    require(architecture / 10 == MAJOR && architecture % 10 <= MINOR, NO_BINARY_FOR_GPU);
    module->kernels = sectionNames(image, *header);
    return module;
}

bool holds(const Module& module, const std::string& kernel) {
    std::string section = '\0' + (".text." + kernel) + '\0';
    return module.isText || module.kernels.find(section) != std::string::npos;
}

Status load(const char* name, void** handle, const void* image) {
    return callInContext(name, [&](Context& context) {
        *handle = modules().add(read(context, static_cast<const char*>(image)));
    });
}

}  // namespace

Registry<Module>& modules() {
    static Registry<Module> all;
    return all;
}

std::shared_ptr<Function> functionOf(void* handle) {
    return functions().get(handle);
}

}  // namespace standin

using namespace standin;

extern "C" Status cuModuleLoadData(void** module, const void* image) {
    return load("cuModuleLoadData", module, image);
}

extern "C" Status cuModuleLoadDataEx(void** module, const void* image, unsigned, int*, void**) {
    return load("cuModuleLoadDataEx", module, image);
}

extern "C" Status cuModuleGetFunction(void** function, void* handle, const char* name) {
    return callInContext("cuModuleGetFunction", [&](Context&) {
        std::shared_ptr<Module> module = modules().get(handle);
        require(holds(*module, name) && kernelNamed(name) != nullptr, NOT_FOUND);
        *function = functions().add(std::make_shared<Function>(Function{module, name}));
    });
}

extern "C" Status cuModuleUnload(void* handle) {
    return callToRelease("cuModuleUnload", [&](Context& context) {
        std::shared_ptr<Module> module = modules().remove(handle);
        finish(context);
        functions().removeIf([&](const Function& function) { return function.module == module; });
    });
}

extern "C" Status cuModuleGetLoadingMode(int* loading) {
    return call("cuModuleGetLoadingMode", [&] { *loading = 2; });
}
