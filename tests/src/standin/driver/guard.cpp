// Running device work so that a fault in it does not end the process.
//
// The handler of signals looks only at threads that are running device work; all other faults go to the handler that
// was there before, which is the JVM's: Java finds its null pointers that way. A fault of device work continues in a
// function that jumps back to where the work was started, whatever stack the work was on.
#include "guard.h"

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string>
#include <ucontext.h>

#include "messages.h"

namespace standin {

std::string (*describeFault)() = nullptr;

namespace {

struct Attempt {
    std::jmp_buf start;
    Status fault;
    int signal;
    void* address;
};

// In the static block of thread-local memory: a handler of signals must not allocate.
__attribute__((tls_model("initial-exec"))) thread_local Attempt* running = nullptr;

constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
struct sigaction before[NSIG];

// Work runs with the lock of the driver held, so one of each is enough.
alignas(16) char handlerStack[1 << 16];
alignas(16) char landingStack[1 << 14];

[[noreturn]] void land() {
    _longjmp(running->start, 1);
}

void chain(int signal, siginfo_t* info, void* context) {
    struct sigaction& old = before[signal];
    if (old.sa_flags & SA_SIGINFO) {
        old.sa_sigaction(signal, info, context);
    } else if (old.sa_handler == SIG_DFL) {
        sigaction(signal, &old, nullptr);  // the fault comes again, and ends the process
    } else if (old.sa_handler != SIG_IGN) {
        old.sa_handler(signal);
    }
}

void onSignal(int signal, siginfo_t* info, void* context) {
    Attempt* attempt = running;
    if (attempt == nullptr) {
        chain(signal, info, context);
        return;
    }
    attempt->signal = signal;
    attempt->address = info->si_addr;
    attempt->fault = signal == SIGSEGV || signal == SIGBUS ? ILLEGAL_ADDRESS : LAUNCH_FAILED;
    auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    registers[REG_RIP] = reinterpret_cast<greg_t>(&land);
    registers[REG_RSP] = reinterpret_cast<greg_t>(landingStack + sizeof landingStack - 8);
}

void install() {
    for (int signal : SIGNALS) {
        struct sigaction now;
        sigaction(signal, nullptr, &before[signal]);
        now = before[signal];
        now.sa_sigaction = onSignal;
        now.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
        sigaction(signal, &now, nullptr);
    }
}

void tell(const Attempt& attempt, const char* name) {
    std::string where = describeFault == nullptr ? "" : describeFault();
    if (attempt.signal == 0) {
        say("%s failed%s", name, where.c_str());
    } else {
        const char* what = attempt.fault == ILLEGAL_ADDRESS ? "illegal access" : strsignal(attempt.signal);
        say("%s: %s at address %p%s", name, what, attempt.address, where.c_str());
    }
}

}  // namespace

Status runGuarded(const std::function<void()>& work, const char* name) {
    static std::once_flag installed;
    std::call_once(installed, install);
    stack_t own{};
    stack_t old{};
    own.ss_sp = handlerStack;
    own.ss_size = sizeof handlerStack;
    sigaltstack(&own, &old);
    Attempt attempt;
    attempt.fault = SUCCESS;
    attempt.signal = 0;
    running = &attempt;
    if (_setjmp(attempt.start) == 0) {
        work();
    }
    running = nullptr;
    sigaltstack(&old, nullptr);
    if (attempt.fault != SUCCESS) {
        tell(attempt, name);
    }
    return attempt.fault;
}

void abortWork(Status status) {
    running->fault = status;
    land();
}

}  // namespace standin
