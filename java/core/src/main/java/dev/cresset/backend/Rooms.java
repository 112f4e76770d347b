package dev.cresset.backend;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// The working memory of one layer or loss: one arena for each batch shape that it has met lately, so
/// that going back and forth between a batch, a last smaller batch and an evaluation batch allocates
/// nothing. At most [#KEPT] shapes are kept; the one unused for longest is freed first.
///
/// @param <R> what lies in an arena
public final class Rooms<R> implements AutoCloseable {
    /// Shapes kept at once.
    public static final int KEPT = 8;

    private record Shape(int rows, int columns) {}

    private record Room<R>(Arena arena, R content) {}

    private final LinkedHashMap<Shape, Room<R>> rooms = new LinkedHashMap<>(KEPT, 0.75f, true);

    /// What lies in the arena for this shape; made by `furnish` if it is not there.
    public R get(Device device, int rows, int columns, Function<Arena, R> furnish) {
        Shape shape = new Shape(rows, columns);
        Room<R> room = rooms.get(shape);
        if (room == null) {
            room = open(device, furnish);
            rooms.put(shape, room);
            evict();
        }
        return room.content;
    }

    /// Frees all arenas. Closing twice is allowed.
    @Override
    public void close() {
        rooms.values().forEach(room -> room.arena.close());
        rooms.clear();
    }

    private static <R> Room<R> open(Device device, Function<Arena, R> furnish) {
        class Furnished {
            R content;
        }
        Furnished last = new Furnished();
        Arena arena = Arena.filledBy(device, a -> last.content = furnish.apply(a));
        return new Room<>(arena, last.content);
    }

    private void evict() {
        if (rooms.size() > KEPT) {
            Map.Entry<Shape, Room<R>> oldest = rooms.firstEntry();
            rooms.remove(oldest.getKey());
            oldest.getValue().arena.close();
        }
    }
}
