package dev.cresset.backend.step;

import dev.cresset.backend.Table;
import dev.cresset.tensor.Counter;
import dev.cresset.tensor.RowOrder;

/// Where the batches come from: tables on the device, in an order that the device computes.
///
/// @param features the dataset's features
/// @param targets its targets; one column of class numbers where the loss wants rows is written out as one-hot rows
/// @param order which row comes when
/// @param batch the number of the next batch, over all epochs; advanced by one in each step
public record Draw(Table features, Table targets, RowOrder order, Counter batch) {}
