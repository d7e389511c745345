package dev.relevo.local.proxy;

/**
 * Where the proxy is to listen.
 *
 * @param key for which port of which Service or Gateway
 * @param address the IP address that the port belongs to; where it cannot be bound, another one stands in for it
 * @param protocol how the traffic is forwarded
 */
record Listening(PortKey key, String address, Protocol protocol) {}
