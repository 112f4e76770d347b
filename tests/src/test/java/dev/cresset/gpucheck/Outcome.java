package dev.cresset.gpucheck;

import java.util.Map;

/// How a step went.
///
/// @param code the exit code; -1 where there is none
/// @param note why it did not pass, in a sentence; empty where it did
/// @param tail the last lines of its output
record Outcome(
        Step step, State state, int code, double seconds, Map<String, Object> figures, String note, String tail) {
    enum State {
        PASSED("passed"),
        FAILED("FAILED"),
        OUT_OF_TIME("OUT OF TIME"),
        NOT_RUN("NOT RUN"),
        /// What it needs is not on this machine, or was not asked for; no failure.
        ABSENT("absent");

        private final String words;

        State(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    static Outcome without(Step step, State state, String why) {
        return new Outcome(step, state, -1, 0, Map.of(), why, "");
    }

    boolean counts() {
        return state == State.PASSED || state == State.ABSENT;
    }
}
