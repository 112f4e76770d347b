package dev.cresset.app;

import dev.cresset.nn.Initialization;

/// How weights start, as users name it.
enum InitializationName {
    PYTORCH,
    GLOROT,
    HE;

    Initialization initialization() {
        return switch (this) {
            case PYTORCH -> Initialization.pytorch();
            case GLOROT -> Initialization.glorot();
            case HE -> Initialization.he();
        };
    }

    /// As users write it.
    @Override
    public String toString() {
        return UserName.of(this);
    }
}
