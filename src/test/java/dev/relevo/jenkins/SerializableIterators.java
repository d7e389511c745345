package dev.relevo.jenkins;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** A Groovy category that lets a program be saved in the middle of a loop, as the one of the same purpose in Jenkins does. */
public final class SerializableIterators {
    private SerializableIterators() {}

    public static <E> Iterator<E> iterator(List<E> elements) {
        return new Position<>(elements);
    }

    public static <E> Iterator<E> iterator(Set<E> elements) {
        return new Position<>(elements);
    }

    private static final class Position<E> implements Iterator<E>, Serializable {
        private static final long serialVersionUID = 1L;

        private final ArrayList<E> elements;
        private int next;

        Position(Collection<E> elements) {
            this.elements = new ArrayList<>(elements);
        }

        @Override
        public boolean hasNext() {
            return next < elements.size();
        }

        @Override
        public E next() {
            return elements.get(next++);
        }
    }
}
