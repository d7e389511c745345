/** Pushes the built image and returns its reference with the digest. */
def call(Map args = [:]) {
    relevo.check('relevoPush', args)
    try {
        return relevo(args, 'push')
    } finally {
        relevo.keepResult('push', args.directory)
    }
}
