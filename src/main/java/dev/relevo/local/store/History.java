package dev.relevo.local.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The latest changes of one type, bounded: what watches are resumed and lists are continued from. Not thread-safe. */
final class History {
    private final int capacity;
    private final Deque<WatchEvent> events = new ArrayDeque<>();
    private long floor;

    /**
     * @param capacity how many changes are kept
     * @param floor the version before the first change that can be recorded
     */
    History(int capacity, long floor) {
        this.capacity = capacity;
        this.floor = floor;
    }

    void add(WatchEvent event) {
        events.addLast(event);
        if (events.size() > capacity) {
            floor = events.removeFirst().resourceVersion();
        }
    }

    /**
     * The changes after a version, oldest first.
     *
     * @throws ApiError 410 when some of them are forgotten
     */
    List<WatchEvent> after(long resourceVersion) {
        if (resourceVersion < floor) {
            throw ApiError.expired("too old resource version: " + resourceVersion + " (" + (floor + 1) + ")");
        }
        Deque<WatchEvent> later = new ArrayDeque<>();
        for (Iterator<WatchEvent> newestFirst = events.descendingIterator(); newestFirst.hasNext(); ) {
            WatchEvent event = newestFirst.next();
            if (event.resourceVersion() <= resourceVersion) {
                break;
            }
            later.addFirst(event);
        }
        return new ArrayList<>(later);
    }
}
