package dev.cresset.train;

/// Where a dataset is while a model is trained on it.
public enum Residence {
    /// On the device if it has memory of its own and room (a third of the data's size stays free), else on the host; a
    /// warning in the log says if it has no room.
    AUTO,
    /// On the device; too little room is an error. The CPU, which works in the host's memory, takes a copy of its own.
    DEVICE,
    /// On the host, which gathers and sends each batch.
    HOST
}
