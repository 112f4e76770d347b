package dev.cresset.backend;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The working memory of one layer or loss: one arena for each batch shape that it has met lately, so
/// that going back and forth between a batch, a last smaller batch and an evaluation batch allocates
/// nothing. At most [#KEPT] shapes are kept; the one unused for longest is freed first. A shape that is held stays
/// beyond that: a recording is replayed on the memory that it was recorded with.
///
/// @param <R> what lies in an arena
public final class Rooms<R> implements AutoCloseable {
    /// Shapes kept at once.
    public static final int KEPT = 8;

    private record Shape(Device device, int rows, int columns) {}

    /// Keeps the memory of one shape until it is closed. Closing twice is allowed.
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Room<R> {
        final Arena arena;
        final R content;
        final Set<Hold> holds = new HashSet<>();

        Room(Arena arena, R content) {
            this.arena = arena;
            this.content = content;
        }
    }

    private final LinkedHashMap<Shape, Room<R>> rooms = new LinkedHashMap<>(KEPT, 0.75f, true);

    /// The last one that was asked for: a training step asks for the same again, and looking it up would cost a small
    /// network more than a product does.
    private @Nullable Shape latestShape;

    private @Nullable R latest;

    /// What lies in the arena for this shape; made by `furnish` if it is not there.
    public R get(Device device, int rows, int columns, Function<Arena, R> furnish) {
        Shape known = latestShape;
        R content = latest;
        if (known != null
                && content != null
                && known.rows == rows
                && known.columns == columns
                && known.device == device) {
            return content;
        }
        Shape shape = new Shape(device, rows, columns);
        Room<R> room = rooms.get(shape);
        if (room == null) {
            room = open(device, furnish);
            rooms.put(shape, room);
            evict();
        }
        latestShape = shape;
        latest = room.content;
        return room.content;
    }

    /// Keeps what lies in the arena for this shape from being freed to make room for other shapes.
    ///
    /// @throws IllegalStateException if there is nothing of this shape
    public Hold hold(Device device, int rows, int columns) {
        Room<R> room = rooms.get(new Shape(device, rows, columns));
        if (room == null) {
            throw new IllegalStateException("There is no working memory for a batch of " + rows + "×" + columns
                    + " to hold: compute one first.");
        }
        Hold hold = new Hold() {
            @Override
            public void close() {
                room.holds.remove(this);
            }
        };
        room.holds.add(hold);
        return hold;
    }

    /// Frees all arenas, held or not. Closing twice is allowed.
    @Override
    public void close() {
        rooms.values().forEach(room -> room.arena.close());
        rooms.clear();
        latestShape = null;
        latest = null;
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
        if (rooms.size() <= KEPT) {
            return;
        }
        Shape newest = rooms.lastEntry().getKey();
        for (Map.Entry<Shape, Room<R>> entry : rooms.entrySet()) {
            if (entry.getValue().holds.isEmpty() && entry.getKey() != newest) {
                rooms.remove(entry.getKey());
                entry.getValue().arena.close();
                return;
            }
        }
    }
}
