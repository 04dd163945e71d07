import { startTestStack } from '../tools/local-stack/test-stack.ts';

export default startTestStack;
