package dev.cresset.app;

import java.io.PrintWriter;

/// Prints where an exception arose, causes included.
final class StackTraces {
    private StackTraces() {}

    static void print(Throwable problem, PrintWriter to) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            to.println((cause == problem ? "" : "caused by ") + cause);
            for (StackTraceElement frame : cause.getStackTrace()) {
                to.println("    at " + frame);
            }
        }
    }
}
