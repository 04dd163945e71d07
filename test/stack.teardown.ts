import { stopTestStack } from '../tools/local-stack/test-stack.ts';

export default stopTestStack;
