package dev.relevo.platform.running;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A port of this machine where every connection is refused: held without listening, so that nobody else gets it meanwhile. */
public final class UnansweredPort implements AutoCloseable {
    private final Socket held = new Socket();

    public UnansweredPort() throws IOException {
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public int number() {
        return held.getLocalPort();
    }

    /** Host and port. */
    public String authority() {
        return "127.0.0.1:" + number();
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
