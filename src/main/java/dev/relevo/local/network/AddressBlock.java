package dev.relevo.local.network;

import java.util.regex.Pattern;

/**
 * Consecutive IPv4 addresses.
 *
 * @param first the lowest one as a number
 * @param size how many there are
 */
public record AddressBlock(int first, int size) {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern ADDRESS = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

    public AddressBlock {
        if (size < 1) {
            throw new IllegalArgumentException("A block of addresses needs 1 address or more, not [" + size + "]");
        }
    }

    /**
     * The block that begins at an address.
     *
     * @throws IllegalArgumentException when that is no IPv4 address
     */
    public static AddressBlock at(String first, int size) {
        return new AddressBlock(number(first), size);
    }

    /** The address with that number in the block, from 0. */
    public String address(int index) {
        int bits = first + index;
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    /** The number of an address in the block; negative, or {@link #size} or more, when it lies outside. */
    public int indexOf(String address) {
        return number(address) - first;
    }

    /** Whether a text is an address of the block. */
    public boolean contains(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            return false;
        }
        int index = indexOf(address);
        return index >= 0 && index < size;
    }

    private static int number(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("[" + address + "] is no IPv4 address such as 127.0.0.1");
        }
        int bits = 0;
        for (String part : address.split("\\.")) {
            bits = bits << 8 | Integer.parseInt(part);
        }
        return bits;
    }
}
